"""What an author may change about how one package is played, with the defaults that suit most packages."""

from collections.abc import Mapping

from flask_babel import gettext as _

from core.errors import Invalid

LAUNCH_MODES = ("embedded", "window")

DEFAULTS = {
    # The frame's sandbox keeps a package from moving the whole page; it also stops the browser's PDF viewer.
    "sandbox": True,
    # Many packages never say "suspend": give the stored position back to every unfinished attempt.
    "lenient_resume": True,
    # SCORM 1.2 packages that set no status at all count as completed once they finish.
    "completed_on_finish": True,
    # A score at or over the mastery score means passed, one below means failed, whatever the package says (1.2).
    "mastery_override": True,
    "launch_mode": "embedded",
}


def effective(stored: Mapping | None) -> dict:
    """The defaults with the stored changes over them; unknown names are dropped."""
    stored = stored or {}
    return {name: stored.get(name, default) for name, default in DEFAULTS.items()}


def changed(values: Mapping) -> dict:
    """Check new values and keep only what differs from the defaults; raise Invalid naming the switch that is wrong."""
    fields = {}
    for name, value in values.items():
        if name not in DEFAULTS:
            fields[name] = [_("There is no such switch.")]
        elif name == "launch_mode" and value not in LAUNCH_MODES:
            fields[name] = [_("Choose embedded or window.")]
        elif name != "launch_mode" and not isinstance(value, bool):
            fields[name] = [_("This is either on or off.")]
    if fields:
        raise Invalid(_("Please check the switches."), fields=fields)
    return {name: value for name, value in values.items() if value != DEFAULTS[name]}
