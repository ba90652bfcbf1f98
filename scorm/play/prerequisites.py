"""Whether a part may be begun now. What was begun once stays open: statuses go back when content is opened again, learners do not."""

from collections.abc import Mapping

from flask_babel import gettext as _

from core.errors import Conflict
from scorm.packages.prerequisites import holds
from scorm.play.cmi.outcome import Outcome
from scorm.play.course import Entry


def refuse_unless_open(entry: Entry, outcomes: Mapping[str, Outcome]) -> None:
    """Raise Conflict (``not_open_yet``) for a part that was never begun while parts that come first are not done.

    ``outcomes`` are those of the parts that were begun. The player offers no such part; this is for who goes past the player.
    """
    if entry.identifier not in outcomes and not holds(entry.needs, lambda part: status_of(outcomes.get(part))):
        raise Conflict(_("Other parts come before this one."), code="not_open_yet")


def status_of(outcome: Outcome | None) -> str:
    """SCORM 1.2's one word for how a part stands."""
    if outcome is None:
        return "not attempted"
    return outcome.success if outcome.success in ("passed", "failed") else outcome.completion
