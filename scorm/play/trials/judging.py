"""What the server would make of the elements that a package sends, without keeping any of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from core.errors import Forbidden, NotFound
from scorm.play import rules
from scorm.play.cmi import EDITIONS, SCORM12
from scorm.play.cmi.outcome import Outcome, outcome
from scorm.play.cmi.state import merge
from scorm.play.commits import CONTENT
from scorm.play.course import Course, Entry, course_of
from scorm.play.models import Launch


@dataclass(frozen=True)
class Verdict:
    """``rejected`` is ``{element: reason}``, ``decided`` what the server sets by its own rules, ``outcome`` how the part then stands."""

    rejected: Mapping[str, str]
    decided: Mapping[str, str]
    outcome: Outcome


def is_trial(launch: Launch, wanted: bool) -> bool:
    """Whether a launch is a trial: one that keeps nothing, and whose page asks for it."""
    return wanted and launch.mode == "browse"


def judge(*, launch: Launch, sco: str, elements: Mapping[str, object], finish: str) -> Verdict:
    """All elements of a SCO as they are now; ``finish`` as in a commit. Forbidden for a launch that counts, NotFound for another SCO."""
    if not is_trial(launch, True):
        raise Forbidden(_("Only a launch that keeps nothing can be a test."))
    course = course_of(launch.version.uuid)
    entry = course.find(sco)
    if entry is None or course.edition not in EDITIONS:
        raise NotFound(_("This package has no such part."))
    merged = merge({}, elements, edition=course.edition, suspend_limit=launch.version.package.settings["suspend_limit"])
    decided = _decided(launch, course, entry, merged.state, finish)
    return Verdict(merged.rejected, decided, outcome({**merged.state, **decided}, edition=course.edition))


def _decided(launch: Launch, course: Course, entry: Entry, state: Mapping[str, str], finish: str) -> dict:
    chosen = launch.version.package.settings
    switches = rules.Switches(**{name: chosen[name] for name in ("lenient_resume", "completed_on_finish", "mastery_override")})
    by_content = finish == CONTENT
    if course.edition != SCORM12:
        return rules.settle_2004(state, terms=entry.terms, finished=bool(finish), by_content=by_content, switches=switches)
    return rules.finish_12(state, terms=entry.terms, switches=switches, by_content=by_content) if finish else {}
