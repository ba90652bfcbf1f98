"""The decisions of playing: how a SCO is entered, what finishing means, how long it took, how SCOs add up to a course. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from scorm.play.cmi import SCORM12
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.cmi.seed import Terms
from scorm.play.cmi.state import State
from scorm.play.cmi.times import centis
from scorm.play.cmi.values import number_of

# A SCO measures from its own start, which may lie before Initialize: that much more than the wall clock is believed.
WALL_CLOCK_SLACK = 3_000
QUICK_PASS = 1_000
# What a SCO says of its own time it is told again, up to a hundred years.
LONGEST_TOLD = 100 * 365 * 86_400 * 100
SUSPENDED = ("suspend",)


BY_STATUS, BY_SCORE, BY_PARTS = "status", "score", "all"
# What the next normal launch does: go on with the last attempt, begin another, or nothing more.
GO_ON, BEGIN, PASSED, USED_UP = "go on", "begin", "passed", "used up"


@dataclass(frozen=True)
class Switches:
    """How this package is to be treated (``scorm.packages.switches``)."""

    lenient_resume: bool = True
    completed_on_finish: bool = True
    mastery_override: bool = True


def entry(*, mode: str, sessions: int, last_exit: str, lenient: bool, sequenced: bool = False, running: bool = False) -> str:
    """``cmi.entry``: ab-initio the first time, resume after a suspended or (lenient) any session, else nothing.

    Many packages never set the exit to "suspend" and yet expect their bookmark back. In a sequenced course the
    sequencing decides what is resumed: a SCO that ended begins anew (RTE 4.2.11), one that never came to its end (``running``) goes on.
    """
    if sequenced and mode == "normal":
        return "resume" if sessions and (running or last_exit in SUSPENDED) else "ab-initio"
    if mode == "review":
        return ""
    if sessions == 0 or mode == "browse":
        return "ab-initio"
    return "resume" if last_exit in SUSPENDED or lenient else ""


def starts_over(*, edition: str, entry: str, sessions: int) -> bool:
    """SCORM 2004: a SCO that did not suspend gets a fresh data model (RTE 2.1.1); 1.2 keeps what it stored."""
    return edition != SCORM12 and sessions > 0 and entry != "resume"


def session_time(reported: str | None, *, wall: int) -> tuple[int | None, bool]:
    """Hundredths of a second of this session and whether they had to be cut: no session is longer than the clock on the wall.

    None where the SCO reported nothing that can be read as a duration.
    """
    claimed = centis(reported)
    if claimed is None:
        return None, False
    most = max(wall, 0) + WALL_CLOCK_SLACK
    return min(claimed, most), claimed > most


def time_limit(terms: Terms, *, spent: int) -> dict | None:
    """What the player does when the time allowed for a part is over: ``{"left", "exit", "message"}``, or None where it does nothing.

    ``spent`` is the time of this attempt at the part so far, in hundredths of a second; ``left`` is in seconds, at least 0. Without an
    action nothing happens (RTE 1.2 3.4.4, 2004 4.2.18, where the default is "continue,no message").
    """
    allowed = centis(terms.max_time_allowed)
    action, _comma, message = (word.strip().lower() for word in terms.time_limit_action.partition(","))
    wanted = {"exit": action == "exit", "message": message == "message"}
    if allowed is None or action not in ("exit", "continue") or not any(wanted.values()):
        return None
    return {"left": max(allowed - spent, 0) / 100} | wanted


def finish_12(state: Mapping[str, str], *, terms: Terms, switches: Switches, by_content: bool) -> State:
    """What the LMS sets when a SCORM 1.2 SCO finishes (RTE 3.4.3.2.4).

    A SCO that set no status and finished by itself is completed. A mastery score decides passed or failed where a score was sent,
    except for a SCO that says it is not done yet and wants to be resumed.
    """
    status = state.get("cmi.core.lesson_status", "")
    decided = status
    if status in ("", "not attempted"):
        decided = "completed" if by_content and switches.completed_on_finish else "incomplete"
    raw = number_of(state.get("cmi.core.score.raw"))
    paused = decided == "incomplete" and (state.get("cmi.core.exit") == "suspend" or not by_content)
    if switches.mastery_override and terms.mastery_score is not None and raw is not None and not paused:
        decided = "passed" if raw >= terms.mastery_score else "failed"
    return {"cmi.core.lesson_status": decided} if decided != status else {}


def settle_2004(state: Mapping[str, str], *, terms: Terms, finished: bool, by_content: bool, switches: Switches) -> State:
    """What the LMS decides for a SCORM 2004 SCO from its thresholds (RTE 4.2.4.1, 4.2.22.1), or sets when it finishes silently."""
    decided: State = {}
    progress, scaled = number_of(state.get("cmi.progress_measure")), number_of(state.get("cmi.score.scaled"))
    if terms.completion_threshold is not None and progress is not None:
        decided["cmi.completion_status"] = "completed" if progress >= terms.completion_threshold else "incomplete"
    elif finished and by_content and switches.completed_on_finish and _silent(state):
        decided["cmi.completion_status"] = "completed"
    if terms.scaled_passing_score is not None and scaled is not None:
        decided["cmi.success_status"] = "passed" if scaled >= terms.scaled_passing_score else "failed"
    return {element: value for element, value in decided.items() if state.get(element, "") != value}


def _silent(state: Mapping[str, str]) -> bool:
    """A SCO that leaves for good without a word about completion."""
    return state.get("cmi.exit") != "suspend" and state.get("cmi.completion_status", "") in ("", "unknown", "not attempted")


def passed_at_once(*, before: Outcome, after: Outcome, sessions: int, wall: int) -> bool:
    """Whether a pass came sooner than anybody reads a page: worth a look, though a test of one question can be that quick."""
    return sessions == 1 and after.success == "passed" != before.success and wall < QUICK_PASS


def exit_of(state: Mapping[str, str], *, edition: str) -> str:
    """The exit that the SCO asked for."""
    return state.get("cmi.core.exit" if edition == SCORM12 else "cmi.exit", "")


def location_of(state: Mapping[str, str], *, edition: str) -> str:
    """Where the learner is inside the SCO, in the SCO's own words."""
    return state.get("cmi.core.lesson_location" if edition == SCORM12 else "cmi.location", "")


def roll_up(outcomes: Sequence[Outcome]) -> Outcome:
    """The course from all of its SCOs, one :class:`Outcome` each (untouched ones included).

    Completed when every SCO is completed or judged; failed when one failed and none is left; passed when something was passed and
    nothing failed or is left. The score is the mean of the scored ones, progress the mean of all. (2004 sequencing has rules of its own.)
    """
    if not outcomes:
        return Outcome()
    done = all(o.finished for o in outcomes)
    completion = "completed" if all(o.completion == "completed" for o in outcomes) else "incomplete"
    if all(o == Outcome() or o.completion == "not attempted" for o in outcomes):
        completion = "not attempted"
    judged = {o.success for o in outcomes} - {"unknown"}
    success = ("failed" if "failed" in judged else "passed") if done and judged else "unknown"
    return Outcome(completion, success, _mean_score(outcomes), round(sum(map(_share, outcomes)) / len(outcomes), 4))


def _mean_score(outcomes: Sequence[Outcome]) -> Score | None:
    scores = [o.score for o in outcomes if o.score]
    if len(scores) <= 1:
        return scores[0] if scores else None
    return Score(round(sum(score.scaled for score in scores) / len(scores), 7))


def _share(one: Outcome) -> float:
    return 1.0 if one.finished else min(max(one.progress or 0.0, 0.0), 1.0)


def continues(*, course: Outcome, last_exit: str) -> bool:
    """Whether the next launch goes on with this attempt: yes unless it is finished and was not suspended on purpose."""
    return not course.finished or last_exit in SUSPENDED


def completed_by(own: Outcome, *, rule: str, at_least: int, parts: Sequence[Outcome]) -> Outcome:
    """What a rule of completion makes of what the package says.

    ``score`` completes an attempt from ``at_least`` percent, ``all`` once each of its ``parts`` is completed, passed or failed. A pass
    waits until the attempt is completed, for whoever has passed has completed; a failure is one at once.
    """
    if rule == BY_STATUS:
        return own
    if rule == BY_SCORE:
        done = own.score is not None and round(own.score.scaled * 100, 4) >= at_least
    else:
        done = bool(parts) and all(part.finished for part in parts)
    if done:
        return replace(own, completion="completed")
    completion = "not attempted" if own.completion == "not attempted" else "incomplete"
    return replace(own, completion=completion, success="unknown" if own.success == "passed" else own.success)


def next_attempt(*, latest: Outcome | None, count: int, passed: bool, open_: bool, last_exit: str, settings: Mapping) -> str:
    """What a normal launch does after ``count`` attempts: go on with the latest, begin another, or (passed, used up) neither.

    ``passed``: one of them was passed; ``open_``: the latest can be gone on with. ``settings`` are the effective switches. An attempt
    in which nothing was played yet is gone on with in any case.
    """
    if settings["lock_after_pass"] and passed:
        return PASSED
    if latest is not None and open_:
        untouched = latest.completion == "not attempted" and latest.success == "unknown"
        finished = settings["new_attempt"] == "finished" and not continues(course=latest, last_exit=last_exit)
        if untouched or (settings["new_attempt"] != "always" and not finished):
            return GO_ON
    limit = settings["attempt_limit"]
    return USED_UP if limit is not None and count >= limit else BEGIN
