"""What a SCO of a launch finds when it initializes."""

from flask_babel import gettext as _

from accounts.people.models import Person
from core.errors import NotFound
from scorm.play import queries, rules
from scorm.play.cmi import EDITIONS
from scorm.play.cmi.seed import Learner, seed
from scorm.play.course import Course, course_of
from scorm.play.models import Launch, ScoState
from scorm.play.stored import stored_cmi


def seed_of(*, launch: Launch, person: Person, sco: str, trial: bool = False) -> dict:
    """``{"elements", "sequence", "room", "limit"}`` for a SCO of the package; NotFound for another.

    ``room`` is how many characters of suspend data it may keep, ``limit`` what happens when its time is over (``rules.time_limit``).
    A trial is told what a learner's first launch is.
    """
    course = course_of(launch.version.uuid)
    entry = course.find(sco)
    if entry is None or course.edition not in EDITIONS:
        raise NotFound(_("This package has no such part."))
    state = queries.state_of(launch.attempt_id, sco) if launch.attempt_id else None
    cmi, told, total, spent = _resumed(launch, course, state)
    recorded = trial or launch.mode == "normal"
    elements = seed(
        edition=course.edition,
        state=cmi,
        learner=Learner(person.uuid, person.name),
        terms=entry.terms,
        mode="normal" if trial else launch.mode,
        entry=told,
        total=total,
    )
    return {
        "elements": elements,
        "sequence": state.sequence if state else 0,
        "room": launch.version.package.settings["suspend_limit"],
        "limit": rules.time_limit(entry.terms, spent=spent) if recorded else None,
    }


def _resumed(launch: Launch, course: Course, state: ScoState | None) -> tuple[dict, str, int, int]:
    """(stored elements, ``entry``, total time as the SCO told it, time spent as we know it).

    As the server will decide again at the first commit of the session.
    """
    if state is None:
        return {}, rules.entry(mode=launch.mode, sessions=0, last_exit="", lenient=True), 0, 0
    entry = entry_of(launch, course, state)
    if launch.mode == "normal" and rules.starts_over(edition=course.edition, entry=entry, sessions=state.sessions):
        return {}, entry, 0, 0
    told = state.told_time + (state.told_session if state.running else 0)
    return stored_cmi(state), entry, told, state.total_time + (state.session_time if state.running else 0)


def entry_of(launch: Launch, course: Course, state: ScoState) -> str:
    """How a SCO that has a state is entered by a launch."""
    return rules.entry(
        mode=launch.mode,
        sessions=state.sessions,
        last_exit=state.last_exit,
        lenient=launch.version.package.settings["lenient_resume"],
        sequenced=course.sequencing is not None,
        running=state.running,
    )
