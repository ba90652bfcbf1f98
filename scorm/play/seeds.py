"""What a SCO of a launch finds when it initializes."""

from flask_babel import gettext as _

from accounts.people.models import Person
from core.errors import NotFound
from scorm.packages.switches import effective
from scorm.play import queries, rules
from scorm.play.cmi.seed import Learner, seed
from scorm.play.course import course_of
from scorm.play.models import Launch, ScoState
from scorm.play.stored import stored_cmi


def seed_of(*, launch: Launch, person: Person, sco: str) -> dict:
    """``{"elements", "sequence"}`` for a SCO of the package; NotFound for another."""
    course = course_of(launch.version.uuid)
    entry = course.find(sco)
    if entry is None:
        raise NotFound(_("This package has no such part."))
    state = queries.state_of(launch.attempt_id, sco) if launch.attempt_id else None
    cmi, told, total = _resumed(launch, course.edition, state)
    elements = seed(
        edition=course.edition,
        state=cmi,
        learner=Learner(person.uuid, person.name),
        terms=entry.terms,
        mode=launch.mode,
        entry=told,
        total=total,
    )
    return {"elements": elements, "sequence": state.sequence if state else 0}


def _resumed(launch: Launch, edition: str, state: ScoState | None) -> tuple[dict, str, int]:
    """(stored elements, ``entry``, total time): as the server will decide again at the first commit of the session."""
    sessions = state.sessions if state else 0
    lenient = effective(launch.version.package.switches)["lenient_resume"]
    entry = rules.entry(mode=launch.mode, sessions=sessions, last_exit=state.last_exit if state else "", lenient=lenient)
    if state is None:
        return {}, entry, 0
    fresh = launch.mode == "normal" and rules.starts_over(edition=edition, entry=entry, sessions=sessions)
    total = state.total_time + (state.session_time if state.running else 0)
    return {} if fresh else stored_cmi(state), entry, total
