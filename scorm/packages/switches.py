"""What an author may change about how one package is played and graded, with the defaults that suit most packages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from catalogue.progress.grading import GRADINGS, HIGHEST
from core.errors import Invalid

LAUNCH_MODES = ("embedded", "window")
# "never": everybody has one attempt that goes on for ever; "always": every launch begins anew.
NEW_ATTEMPTS = ("never", "finished", "always")
COMPLETIONS = ("status", "score", "all")
# SCORM 1.2 promises a package 4,096 characters of suspend data, SCORM 2004 64,000; the run-time is not allowed to hold less.
SUSPEND_DATA = 64_000
SUSPEND_DATA_BOUNDS = (4_096, 500_000)
ATTEMPT_BOUNDS = (1, 100)
PERCENT_BOUNDS = (1, 100)


@dataclass(frozen=True)
class Switch:
    """One choice: what holds unless somebody chooses, and the error (or None) for a new value."""

    default: object
    error: Callable[[object], str | None]


def _on_or_off(value: object) -> str | None:
    return None if isinstance(value, bool) else _("This is either on or off.")


def _one_of(*words: str) -> Callable[[object], str | None]:
    return lambda value: None if value in words else _("Choose one of: %(words)s.", words=", ".join(words))


def _between(bounds: tuple[int, int], *, optional: bool = False) -> Callable[[object], str | None]:
    def error(value: object) -> str | None:
        if value is None and optional:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and bounds[0] <= value <= bounds[1]:
            return None
        return _("Give a whole number from %(least)d to %(most)d.", least=bounds[0], most=bounds[1])

    return error


SWITCHES: Mapping[str, Switch] = {
    # The frame's sandbox keeps a package from moving the whole page; it also stops the browser's PDF viewer.
    "sandbox": Switch(True, _on_or_off),
    "launch_mode": Switch("embedded", _one_of(*LAUNCH_MODES)),
    # Many packages never say "suspend": give the stored position back to every unfinished attempt.
    "lenient_resume": Switch(True, _on_or_off),
    "suspend_limit": Switch(SUSPEND_DATA, _between(SUSPEND_DATA_BOUNDS)),
    # SCORM 1.2 packages that set no status at all count as completed once they finish.
    "completed_on_finish": Switch(True, _on_or_off),
    # A score at or over the mastery score means passed, one below means failed, whatever the package says (1.2).
    "mastery_override": Switch(True, _on_or_off),
    # What completes the course: what the package says, a score of so many percent, or every part being finished.
    "completion": Switch("status", _one_of(*COMPLETIONS)),
    "completion_score": Switch(80, _between(PERCENT_BOUNDS)),
    "new_attempt": Switch("finished", _one_of(*NEW_ATTEMPTS)),
    "attempt_limit": Switch(None, _between(ATTEMPT_BOUNDS, optional=True)),
    "lock_after_pass": Switch(False, _on_or_off),
    "grading": Switch(HIGHEST, _one_of(*GRADINGS)),
}
DEFAULTS = {name: switch.default for name, switch in SWITCHES.items()}


def effective(stored: Mapping | None) -> dict:
    """The defaults with the stored changes over them; unknown names are dropped."""
    stored = stored or {}
    return {name: stored.get(name, default) for name, default in DEFAULTS.items()}


def changed(values: Mapping) -> dict:
    """Check new values and keep only what differs from the defaults; raise Invalid naming the switch that is wrong."""
    fields = {}
    for name, value in values.items():
        error = SWITCHES[name].error(value) if name in SWITCHES else _("There is no such switch.")
        if error:
            fields[name] = [error]
    if fields:
        raise Invalid(_("Please check the switches."), fields=fields)
    return {name: value for name, value in values.items() if value != DEFAULTS[name]}


def of_form(form: Mapping[str, str]) -> dict:
    """The values of the page's form: a box that is not ticked is off, an empty number is none, what the form leaves out is the default."""
    return {
        name: name in form if isinstance(default, bool) else _typed(form[name], default) if name in form else default
        for name, default in DEFAULTS.items()
    }


def _typed(text: str, default: object) -> object:
    """A number where one is due and one is there; any other text is left to be refused."""
    text = text.strip()
    if isinstance(default, str):
        return text
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
