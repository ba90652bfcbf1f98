"""Playing a course without a browser: the launch, and the commits that its run-time would send."""

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from accounts.people.models import Person
from catalogue.items.models import Item
from core.clock import frozen
from core.db import db, write
from demo import answers
from demo.answers import Question
from scorm.play import commits, service
from scorm.play.models import Launch


@dataclass(frozen=True)
class Part:
    """One SCO of a course."""

    identifier: str
    slides: int
    questions: tuple[Question, ...]
    objective: str | None
    mark: float | None
    newer: bool


@cache
def parts_of(folder: Path) -> tuple[Part, ...]:
    """The SCOs of the course in ``folder``, in order."""
    course = tomllib.loads((folder / "course.toml").read_text("utf-8"))
    return tuple(_part(folder, sco, course["version"] == "2004") for sco in course["scos"])


def _part(folder: Path, sco: dict, newer: bool) -> Part:
    fragments = "".join(path.read_text("utf-8") for path in sorted((folder / sco["slides"]).glob("*.html")))
    slides, questions = answers.read(fragments)
    return Part(f"item-{sco['id']}", slides, tuple(questions), sco.get("objective"), sco.get("pass_mark"), newer)


class Sitting:
    """One launch of a course by one person, beginning at ``at``."""

    def __init__(self, *, item_id: int, person_id: int, at: datetime):
        self.person_id, self.at, self.sequence = person_id, at, 0
        with frozen(at), write():
            item, person = db.session.get(Item, item_id), db.session.get(Person, person_id)
            self.launch_id = service.launch(item=item, person=person, mode=service.NORMAL, at=at).id

    def play(self, parts: tuple[Part, ...], *, upto: float, right: float | None, minutes: float) -> None:
        """Read the share ``upto`` of the slides; with ``right``, answer the questions, that share of them rightly."""
        total = sum(part.slides for part in parts)
        left = round(total * upto)
        pace = timedelta(minutes=minutes) / total
        for part in parts:
            if left <= 0:
                return
            self._part(part, seen=min(left, part.slides), right=right, pace=pace)
            left -= part.slides

    def _part(self, part: Part, *, seen: int, right: float | None, pace: timedelta) -> None:
        session = self.sequence + 1
        self._commit(part, session, _place(part, 1, {}))
        self.at += pace * seen
        whole = seen == part.slides and (right is not None or not part.questions)
        given = _answers(part, right) if whole and right is not None else {}
        changes = _place(part, seen, given) | _interactions(part, given, self.at) | (_verdict(part, given) if whole else _unfinished(part))
        self._commit(part, session, changes | _goodbye(part, pace * seen, done=whole), finish="content")

    def _commit(self, part: Part, session: int, changes: dict, finish: str = "") -> None:
        self.sequence += 1
        posted = commits.Commit(sco=part.identifier, sequence=self.sequence, session=session, changes=changes, finish=finish)
        with frozen(self.at), write():
            launch, person = db.session.get(Launch, self.launch_id), db.session.get(Person, self.person_id)
            receipt = commits.commit(launch=launch, person=person, posted=posted, at=self.at)
        if receipt.rejected:
            raise RuntimeError(f"the demonstration wrote what a course may not write: {receipt.rejected}")


def _answers(part: Part, right: float) -> dict[str, tuple]:
    """(response, whether it is right) of each question: the first ones right, the rest wrong."""
    good = round(len(part.questions) * right)
    return {q.id: (q.right, True) if n < good else (q.wrong, False) for n, q in enumerate(part.questions)}


def _place(part: Part, seen: int, given: dict) -> dict:
    state = json.dumps({"seen": list(range(1, seen + 1)), "answers": given, "notes": {}}, separators=(",", ":"))
    if not part.newer:
        return {"cmi.core.lesson_location": str(seen), "cmi.suspend_data": state}
    progress = str(round(seen / part.slides, 4))
    objective = {
        "id": part.objective,
        "progress_measure": progress,
        "completion_status": "completed" if progress == "1.0" else "incomplete",
    }
    return {"cmi.location": str(seen), "cmi.suspend_data": state, "cmi.progress_measure": progress} | {
        f"cmi.objectives.0.{name}": value for name, value in objective.items()
    }


def _interactions(part: Part, given: dict, at: datetime) -> dict:
    names = ("timestamp", "learner_response", "incorrect") if part.newer else ("time", "student_response", "wrong")
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.00Z" if part.newer else "%H:%M:%S")
    changes = {}
    for number, question in enumerate(question for question in part.questions if question.id in given):
        response, right = given[question.id]
        facts = {
            "id": question.id,
            "type": question.type,
            names[0]: moment,
            "correct_responses.0.pattern": answers.spelled_pattern(question, newer=part.newer),
            "weighting": "1",
            names[1]: answers.spelled(question, response, newer=part.newer),
            "result": "correct" if right else names[2],
            "latency": "PT20S" if part.newer else "00:00:20",
        }
        changes |= {f"cmi.interactions.{number}.{name}": value for name, value in facts.items()}
    return changes


def _unfinished(part: Part) -> dict:
    return {"cmi.completion_status" if part.newer else "cmi.core.lesson_status": "incomplete"}


def _verdict(part: Part, given: dict) -> dict:
    """Score and status after the last slide."""
    core = "cmi." if part.newer else "cmi.core."
    scaled = sum(right for _response, right in given.values()) / len(given) if given else None
    score = {} if scaled is None else {f"{core}score.min": "0", f"{core}score.max": "100", f"{core}score.raw": str(round(scaled * 100))}
    judged = None if part.mark is None or scaled is None else "passed" if scaled >= part.mark else "failed"
    if not part.newer:
        return score | {"cmi.core.lesson_status": judged or "completed"}
    if scaled is not None:
        score["cmi.score.scaled"] = str(round(scaled, 4))
    return score | {"cmi.completion_status": "completed"} | ({"cmi.success_status": judged} if judged else {})


def _goodbye(part: Part, spent: timedelta, *, done: bool) -> dict:
    seconds = int(spent.total_seconds())
    if part.newer:
        return {"cmi.session_time": f"PT{seconds}S", "cmi.exit": "normal" if done else "suspend"}
    return {"cmi.core.session_time": str(timedelta(seconds=seconds)).rjust(8, "0"), "cmi.core.exit": "" if done else "suspend"}
