"""What the SCOs add up to, told about the course itself: this is what progress, results and popularity listen to."""

from scorm.play.cmi.outcome import Outcome
from scorm.play.cmi.times import as_iso
from scorm.play.statements.model import Attempt, Snapshot, course_activity, standing, statement
from scorm.play.statements.scos import SUSPENDED
from scorm.play.statements.vocabulary import PROGRESS


def launched(attempt: Attempt) -> dict:
    """A learner opened the course."""
    return statement(attempt, "launched", course_activity(attempt), key="")


def repeated(attempt: Attempt, name: str, *, result: dict, timestamp: str) -> dict:
    """What content said of itself, said about the course as we know it."""
    return statement(attempt, name, course_activity(attempt), key="", result=result) | {"timestamp": timestamp}


def course_statements(before: Outcome, after: Outcome, attempt: Attempt) -> list[dict]:
    """What changed for the course: progress on the way, then completed, then passed or failed with the score."""
    target, told = course_activity(attempt), []
    if after.progress and after.progress < 1 and after.progress != before.progress:
        percent = int(after.progress * 100)
        told.append(statement(attempt, "progressed", target, key="", result={"extensions": {PROGRESS: percent}}))
    if after.completion == "completed" != before.completion:
        told.append(statement(attempt, "completed", target, key="", result=standing(after)))
    judged = after.success in ("passed", "failed")
    if judged and (after.success != before.success or after.score != before.score):
        told.append(statement(attempt, after.success, target, key="", result=_judgement(after)))
    elif after.score and after.score != before.score:
        told.append(statement(attempt, "scored", target, key="", result={"score": after.score.as_xapi()}))
    return told


def session_ended(course: Outcome, sco: Snapshot, attempt: Attempt, *, unfinished: bool = False) -> dict:
    """A session with one SCO is a session with the course: suspended while something is left to do, and how long it took."""
    verb = "suspended" if unfinished or sco.exit == SUSPENDED or not course.finished else "terminated"
    result = standing(course, duration=as_iso(sco.session_time))
    if verb == "suspended" and not course.finished:
        del result["completion"]
    return statement(
        attempt, verb, course_activity(attempt), key=f"session {sco.session}", result=result, at=sco.seen if unfinished else None
    )


def _judgement(course: Outcome) -> dict:
    found = standing(course)
    return found if course.completion == "completed" else {k: v for k, v in found.items() if k != "completion"}
