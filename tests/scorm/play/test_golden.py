"""CMI → xAPI against golden files: ``golden/<case>.json`` holds what was, what is, and the statements that tell the difference.

``UPDATE_GOLDEN=1`` writes the expected statements anew; read the difference before committing it.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from lrs.statements.prepare import prepare
from scorm.play.cmi.outcome import Outcome, Score, outcome
from scorm.play.statements import Attempt, Sco, Snapshot, course_statements, launched, session_ended, statements_for

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.glob("*.json"))
AUTHORITY = {"objectType": "Agent", "name": "Colloquium", "account": {"homePage": "http://localhost", "name": "colloquium"}}


def attempt(edition: str) -> Attempt:
    return Attempt(
        uuid="5f0e3c1a-6f0b-4f3e-9d0e-3a1b2c3d4e5f",
        iri="http://localhost/id/attempt/5f0e3c1a-6f0b-4f3e-9d0e-3a1b2c3d4e5f",
        actor={"objectType": "Agent", "name": "Alice", "account": {"homePage": "http://localhost", "name": "alice-uuid"}},
        registration="0a0b0c0d-1111-4222-8333-444455556666",
        course_iri="http://localhost/id/item/11111111-2222-4333-8444-555555555555",
        course_title="Fire safety",
        language="en",
        edition=edition,
        commit="launch/sco/7",
        at=datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC),
    )


def snapshot(edition: str, data: dict) -> Snapshot:
    seen = datetime.fromisoformat(data["seen"]) if "seen" in data else None
    parts = {name: data[name] for name in ("session", "running", "entry", "exit", "session_time") if name in data}
    cmi = data.get("cmi", {})
    return Snapshot(cmi=cmi, outcome=outcome(cmi, edition=edition), seen=seen, **parts)


def course(data: dict) -> Outcome:
    score = Score(**data["score"]) if data.get("score") else None
    return Outcome(data.get("completion", "not attempted"), data.get("success", "unknown"), score, data.get("progress"))


def tell(case: dict) -> list[dict]:
    told = attempt(case["edition"])
    before, after = snapshot(case["edition"], case.get("before", {})), snapshot(case["edition"], case.get("after", {}))
    found = [launched(told)] if case.get("launched") else []
    found += statements_for(before, after, told, Sco("item 1/ä", "Lesson one"))
    if "course" in case:
        found += course_statements(course(case["course"]["before"]), course(case["course"]["after"]), told)
        if case["course"].get("session_ended"):
            found.append(session_ended(course(case["course"]["after"]), after, told))
    return found


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_golden(path):
    case = json.loads(path.read_text("utf-8"))
    found = json.loads(json.dumps(tell(case)))
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(json.dumps(case | {"statements": found}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    assert found == case["statements"]


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_the_same_commit_tells_the_same_and_no_change_tells_nothing(path):
    case = json.loads(path.read_text("utf-8"))
    assert tell(case) == tell(case)
    ids = [statement["id"] for statement in tell(case)]
    assert len(ids) == len(set(ids))
    again = {"edition": case["edition"], "before": case.get("after", {}), "after": case.get("after", {})}
    if "course" in case:
        again["course"] = {"before": case["course"]["after"], "after": case["course"]["after"]}
    assert tell(again) == []


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_the_record_store_takes_every_statement(path, version, sqlite_app):
    told = [orjson.dumps(statement) for statement in tell(json.loads(path.read_text("utf-8")))]
    with sqlite_app.app_context():
        assert len(prepare(told, authority=AUTHORITY, version=version, trust="launch", batch=True)) == len(told)


def test_there_are_golden_files():
    assert len(CASES) >= 10
