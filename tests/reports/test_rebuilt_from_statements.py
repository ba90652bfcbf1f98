"""An analyst with nothing but a key remakes the reports of a real course from ``GET /xapi/statements``."""

import base64
from datetime import timedelta
from urllib.parse import unquote

import pytest
from support.playing import NOON

from catalogue.items import queries as items
from core.access import Principal
from core.db import db
from reports.play import queries
from reports.play.rules import Filters
from scorm.packages.importing import import_package
from scorm.play.answers.reading import interactions, objectives
from scorm.play.course import course_of

VERBS, TYPES = "http://adlnet.gov/expapi/verbs/", "http://adlnet.gov/expapi/activities/"
COURSES = {
    "1.2": "golf-and-parser/scorm12/ContentPackagingOneFilePerSCO_SCORM12.zip",
    "2004": "golf-and-parser/scorm2004/ContentPackagingOneFilePerSCO_SCORM20043rdEdition.zip",
}


def status(edition: str, completion: str, success: str = "unknown") -> dict[str, str]:
    if edition == "1.2":
        return {"cmi.core.lesson_status": success if success != "unknown" else completion}
    return {"cmi.completion_status": completion, "cmi.success_status": success}


def answers(edition: str, *, right: bool) -> dict[str, str]:
    """Four answers, one of them given twice, as a SCO of this edition writes them."""
    names = ("student_response", "time") if edition == "1.2" else ("learner_response", "timestamp")
    pairs, wrong = ("1.c,2.a", "wrong") if edition == "1.2" else ("1[.]c[,]2[.]a", "incorrect")
    both = "a,c" if edition == "1.2" else "a[,]c"
    said = [
        {"id": "q 1/ä", "type": "choice", "r": both, "result": "correct" if right else wrong, "correct_responses.0.pattern": both},
        {"id": "pairs", "type": "matching", "r": pairs, "result": wrong, "correct_responses.0.pattern": pairs[::-1], "weighting": "2"},
        {"id": "free", "type": "fill-in", "r": "=1+1", "result": "neutral"},
        {"id": "points", "type": "numeric", "r": "7", "result": "0.5"},
        {"id": "pairs", "type": "matching", "r": pairs, "result": "correct", "correct_responses.0.pattern": pairs},
    ]
    found = {}
    for n, one in enumerate(said):
        one = {names[0] if name == "r" else name: value for name, value in one.items()}
        one["latency"] = f"00:00:0{n + 1}" if edition == "1.2" else f"PT{n + 1}S"
        found |= {f"cmi.interactions.{n}.{name}": value for name, value in one.items()}
        if edition == "2004":
            found[f"cmi.interactions.{n}.description"] = f"Question {n}"
    return found


@pytest.fixture(params=sorted(COURSES))
def played(app, people, packages_dir, play, request):
    """A golf course that alice tried twice and bob left half way; its uuid."""
    edition = request.param
    with app.app_context():
        with (packages_dir / COURSES[edition]).open("rb") as stream:
            item = import_package(stream, name="golf.zip", owner_id=people["erin"].id, publish=True).item_uuid
        score, exit_ = ("cmi.core.score", "cmi.core.exit") if edition == "1.2" else ("cmi.score", "cmi.exit")
        for name, hour, right in (("alice", 0, False), ("bob", 1, True), ("alice", 2, True)):
            at = NOON + timedelta(hours=hour)
            opened = play(item, people[name], at=at)
            scos = [entry.identifier for entry in course_of(opened.attempt.version.uuid).launchable]
            assert len(scos) > 2
            for n, sco in enumerate(scos if name == "alice" else scos[:2]):
                at += timedelta(minutes=5)
                opened.begin(sco=sco, at=at)
                changes = {f"{score}.raw": str(40 + n), f"{score}.min": "0", f"{score}.max": "50", "cmi.objectives.0.id": "aim"}
                if edition == "2004":
                    changes |= {"cmi.score.scaled": str((40 + n) / 50), "cmi.objectives.0.success_status": "passed"}
                else:
                    changes |= {"cmi.objectives.0.status": "passed"}
                opened.commit(changes | {exit_: "suspend"}, sco=sco, finish="content", at=at + timedelta(minutes=1))
                opened.begin(sco=sco, at=at + timedelta(minutes=2))
                later = answers(edition, right=right) if n == 1 else {}
                ended = status(edition, "completed", "passed" if right else "failed") | {exit_: "" if edition == "1.2" else "normal"}
                opened.commit(later | ended, sco=sco, finish="content", at=at + timedelta(minutes=4))
    return item


def statements(client, secret: str, iri: str) -> list[dict]:
    """Everything about a course and what lies in it, oldest first, page by page."""
    headers = {"Authorization": f"Basic {secret}", "X-Experience-API-Version": "1.0.3"}
    found, address = [], "/xapi/statements"
    query: dict | None = {"activity": iri, "related_activities": "true", "ascending": "true", "limit": "40"}
    while address:
        answer = client.get(address, query_string=query, headers=headers)
        assert answer.status_code == 200, answer.text
        found += answer.json["statements"]
        address, query = answer.json.get("more"), None
    return found


def remade(told: list[dict], iri: str) -> dict:
    """``{(person, attempt): {"course": …, "parts": {sco: …}}}`` of what statements say, by nothing but the specification of xAPI."""
    found: dict = {}
    for statement in told:
        around = statement["context"]["contextActivities"]
        if "https://w3id.org/xapi/scorm" not in [one["id"] for one in around["category"]]:
            continue  # of the catalogue: somebody published it
        attempt = next(one["id"] for one in around["grouping"] if one["definition"]["type"] == TYPES + "attempt")
        run = found.setdefault((statement["actor"]["account"]["name"], attempt.rpartition("/")[2]), {"course": {}, "parts": {}})
        about, result, verb = statement["object"]["id"], statement.get("result", {}), statement["verb"]["id"].removeprefix(VERBS)
        kind = statement["object"]["definition"]["type"].removeprefix(TYPES)
        parent = around.get("parent", [{"id": about}])[0]["id"]
        if kind == "course":
            stand(run["course"], verb, result)
        elif kind == "lesson":
            assert parent == iri
            stand(part_of(run, about), verb, result)
        elif kind == "objective":
            stand(part_of(run, parent)["objectives"].setdefault(unquote(about.rpartition("/")[2]), {}), verb, result)
        else:
            assert kind == "cmi.interaction"
            entry, told_of = answered(statement["object"], result)
            part_of(run, parent)["answers"][entry] = told_of
    return found


def part_of(run: dict, iri: str) -> dict:
    return run["parts"].setdefault(unquote(iri.rpartition("/")[2]), {"answers": {}, "objectives": {}})


def stand(standing: dict, verb: str, result: dict) -> None:
    """One statement more about a course, a part or an objective."""
    if verb == "progressed":
        return
    standing.update({name: result[name] for name in ("completion", "success", "score") if name in result})
    if verb == "completed":
        standing["completion"] = True
    if verb in ("suspended", "terminated"):
        standing["seconds"] = standing.get("seconds", 0.0) + seconds(result["duration"])


def seconds(duration: str) -> float:
    """An ISO 8601 duration of less than an hour."""
    rest = duration.removeprefix("PT")
    minutes, _, rest = rest.partition("M") if "M" in rest else ("0", "", rest)
    return int(minutes) * 60 + float(rest.rstrip("S") or 0)


def answered(question: dict, result: dict) -> tuple:
    """(which entry of the SCO, what a report says of it)."""
    definition, extensions = question["definition"], {name.rpartition("/")[2]: value for name, value in result["extensions"].items()}
    verdict = {True: "correct", False: "incorrect"}.get(result.get("success"), extensions.get("cmi-result", ""))
    latency = seconds(result["duration"]) if "duration" in result else None
    text = next(iter(definition.get("description", {"": ""}).values()))
    told = (unquote(question["id"].rpartition("/")[2]), definition["interactionType"], text, result.get("response", ""))
    right = tuple(definition.get("correctResponsesPattern", ()))
    return extensions["cmi-entry"], (*told, right, verdict, result.get("score", {}).get("raw"), latency, extensions.get("cmi-weighting"))


def reported(app, item_uuid: str, people) -> dict:
    """The same from the queries of the pages."""
    admin = Principal(kind="person", person_id=people["ada"].id, uuid=people["ada"].uuid, role="admin")
    found = {}
    for row, _groups in list(queries.every_attempt(items.get_visible(item_uuid, to=admin), Filters(), admin)):
        detail = queries.attempt(row.uuid, admin)
        parts = {}
        for part in detail.parts:
            if part.state:
                cmi = queries.elements(detail.attempt.id, part.identifier)
                entries = {one.n: one for one in interactions(cmi, edition=detail.edition)}
                parts[part.identifier] = stood(part.state) | {
                    "answers": {n: as_told(entry) for n, entry in entries.items()},
                    "objectives": {one.identifier: {"success": one.success == "passed"} for one in objectives(cmi, edition=detail.edition)},
                }
        found[row.person_uuid, row.uuid] = {"course": stood(detail.attempt), "parts": parts}
    return found


def stood(row) -> dict:
    outcome = row.outcome
    found = {"completion": outcome.completion == "completed", "seconds": row.total_time / 100}
    if outcome.success != "unknown":
        found["success"] = outcome.success == "passed"
    return found | ({"score": outcome.score.as_xapi()} if outcome.score else {})


def as_told(entry) -> tuple:
    seconds = None if entry.latency is None else entry.latency / 100
    weight = float(entry.weighting) if entry.weighting else None
    told = (entry.identifier, entry.kind, entry.description, entry.response)
    return (*told, entry.patterns, entry.verdict, entry.points, seconds, weight)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_attempts_parts_and_answers_are_all_in_the_statements(app, people, played, api_key, content_client):
    key, secret = api_key("statements/read")
    basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
    with app.app_context():
        iri = items.get_visible(played, to=Principal(kind="key", scopes=frozenset({"all"}))).activity_iri
        shown = reported(app, played, people)
        db.session.rollback()
    told = statements(content_client, basic, iri)
    assert len(told) > 60
    found = remade(told, iri)
    for run in found.values():
        run["course"].setdefault("completion", False)
    assert len(found) == 3
    assert found == shown
