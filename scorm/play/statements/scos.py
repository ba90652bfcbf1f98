"""From one commit of a SCO to statements, by the xAPI SCORM profile. Pure: golden files in ``tests/scorm/play/golden``.

A statement is told when something changed, never because it was sent again: a repeated commit finds nothing new to tell.
"""

from urllib.parse import quote

from scorm.play.cmi import SCORM12
from scorm.play.cmi.outcome import Score, score_of
from scorm.play.cmi.state import State, news
from scorm.play.cmi.times import as_iso
from scorm.play.cmi.values import number_of
from scorm.play.statements.interactions import language_map, responded
from scorm.play.statements.model import Attempt, Sco, Snapshot, activity, clean, sco_activity, standing, statement

SUSPENDED = "suspend"


def statements_for(before: Snapshot, after: Snapshot, attempt: Attempt, sco: Sco) -> list[dict]:
    """Everything that happened to one SCO between two commits, in the order in which it is told.

    initialized or resumed, then answers, objectives, score, progress, completion, success and comments, then suspended or terminated.
    A session that ended without a word (a crash) is told as suspended when the next one begins.
    """
    told = []
    if before.running and after.session > before.session:
        told.append(ended(before, attempt, sco, unfinished=True))
    if after.session > before.session:
        verb = "resumed" if after.entry == "resume" else "initialized"
        told.append(statement(attempt, verb, sco_activity(attempt, sco), key=str(after.session)))
    told += responded(before, after, attempt, sco)
    told += _objectives(before, after, attempt, sco)
    told += _changes(before, after, attempt, sco)
    told += _comments(before, after, attempt, sco)
    if not after.running and (before.running or after.session > before.session):
        told.append(ended(after, attempt, sco))
    return told


def ended(snapshot: Snapshot, attempt: Attempt, sco: Sco, *, unfinished: bool = False) -> dict:
    """The end of a session: suspended when the learner means to come back, else terminated."""
    verb = "suspended" if unfinished or snapshot.exit == SUSPENDED else "terminated"
    result = standing(snapshot.outcome, duration=as_iso(snapshot.session_time))
    return statement(
        attempt, verb, sco_activity(attempt, sco), key=str(snapshot.session), result=result, at=snapshot.seen if unfinished else None
    )


def _changes(before: Snapshot, after: Snapshot, attempt: Attempt, sco: Sco) -> list[dict]:
    old, new, target = before.outcome, after.outcome, sco_activity(attempt, sco)
    told = []
    if new.score and new.score != old.score:
        told.append(statement(attempt, "scored", target, key="", result={"score": new.score.as_xapi()}))
    if new.progress is not None and new.progress != old.progress:
        told.append(statement(attempt, "progressed", target, key="", result={"score": {"scaled": new.progress}}))
    if new.completion == "completed" != old.completion:
        told.append(statement(attempt, "completed", target, key="", result={"completion": True}))
    if new.success in ("passed", "failed") and new.success != old.success:
        told.append(statement(attempt, new.success, target, key="", result=_judged(new.success, new.score)))
    return told


def _judged(success: str, score: Score | None) -> dict:
    return {"success": success == "passed"} | ({"score": score.as_xapi()} if score else {})


def _objectives(before: Snapshot, after: Snapshot, attempt: Attempt, sco: Sco) -> list[dict]:
    """Status and score of objectives that the SCO keeps by itself (local objectives)."""
    told = []
    for index, old, entry in news(before.cmi, after.cmi, "cmi.objectives"):
        if not entry.get("id"):
            continue
        described = {"description": language_map(entry["description"], attempt.language)} if entry.get("description") else {}
        target = activity(f"{sco.iri(attempt)}/objectives/{quote(clean(entry['id']), safe='')}", "objective", **described)
        for verb, result in _objective_changes(old if old.get("id") == entry["id"] else {}, entry, attempt.edition):
            told.append(statement(attempt, verb, target, key=str(index), parent=sco_activity(attempt, sco), result=result))
    return told


def _objective_changes(old: State, new: State, edition: str) -> list[tuple[str, dict]]:
    found: list[tuple[str, dict]] = []
    score = score_of({f"o.{part}": value for part, value in new.items()}, "o.score")
    if score and score != score_of({f"o.{part}": value for part, value in old.items()}, "o.score"):
        found.append(("scored", {"score": score.as_xapi()}))
    progress = number_of(new.get("progress_measure"))
    if progress is not None and progress != number_of(old.get("progress_measure")):
        found.append(("progressed", {"score": {"scaled": progress}}))
    completion, success = ("status", "status") if edition == SCORM12 else ("completion_status", "success_status")
    if new.get(completion) == "completed" != old.get(completion):
        found.append(("completed", {"completion": True}))
    if new.get(success) in ("passed", "failed") and new.get(success) != old.get(success):
        found.append((new[success], _judged(new[success], score)))
    return found


def _comments(before: Snapshot, after: Snapshot, attempt: Attempt, sco: Sco) -> list[dict]:
    """What the learner wrote to the course: one running text in 1.2, entries in 2004."""
    target, told = sco_activity(attempt, sco), []
    if attempt.edition == SCORM12:
        old, new = before.cmi.get("cmi.comments", ""), after.cmi.get("cmi.comments", "")
        added = new[len(old) :] if new.startswith(old) else new
        return [statement(attempt, "commented", target, key="", result={"response": clean(added)})] if added else []
    for index, old, entry in news(before.cmi, after.cmi, "cmi.comments_from_learner"):
        text = entry.get("comment", "")
        if text and text != old.get("comment"):
            told.append(statement(attempt, "commented", target, key=str(index), result={"response": clean(text)}))
    return told
