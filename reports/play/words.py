"""What the codes of play are called, in the reader's language. Texts of packages stay as they are, escaped where they are shown."""

from datetime import UTC, datetime

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from reports.play.rules import taken_apart

STANDING = {
    "passed": _l("Passed"),
    "failed": _l("Not passed"),
    "completed": _l("Completed"),
    "incomplete": _l("In progress"),
    "not attempted": _l("Not begun"),
}
# The class of a state's colour, by standing.
COLOUR = {"incomplete": "started", "not attempted": "not_started"}
FLAG = {
    "passed_at_once": (
        _l("Passed at once"),
        _l("The first pass came within ten seconds of opening the part: sooner than most people read a page."),
    ),
    "session_time": (
        _l("Time cut"),
        _l("The course reported more time than had passed on the clock. Only the time on the clock counts."),
    ),
}
KIND = {
    "true-false": _l("True or false"),
    "choice": _l("Choice"),
    "fill-in": _l("Fill in"),
    "long-fill-in": _l("Free text"),
    "matching": _l("Matching"),
    "performance": _l("Steps of a task"),
    "sequencing": _l("Order"),
    "likert": _l("Scale"),
    "numeric": _l("Number"),
    "other": _l("Other"),
}
VERDICT = {
    "correct": _l("Correct"),
    "incorrect": _l("Wrong"),
    "unanticipated": _l("Not foreseen"),
    "neutral": _l("Neither right nor wrong"),
}
MODE = {"normal": _l("Normal"), "review": _l("Review"), "browse": _l("Preview")}
FINISH = {"content": _l("the course ended the session"), "player": _l("the page was closed")}
REASON = {
    "not_a_value": _l("neither text nor number"),
    "unknown_element": _l("no element of this edition"),
    "too_many": _l("too many entries"),
    "too_long": _l("too long"),
    "vocabulary": _l("not one of the words allowed"),
    "not_a_number": _l("not a number"),
    "out_of_range": _l("outside its bounds"),
}
PREFERENCE = {
    "audio": _l("Volume"),
    "audio_level": _l("Volume"),
    "language": _l("Language"),
    "speed": _l("Speed"),
    "delivery_speed": _l("Speed"),
    "text": _l("Captions"),
    "audio_captioning": _l("Captions"),
}
_TRUTH = {"true": _l("True"), "false": _l("False")}


def flag(name: str) -> tuple[str, str]:
    """What a flag is called, and what it means; one that is not known here is called by its name."""
    return FLAG.get(name, (name, ""))


def said(response: str, kind: str) -> str:
    """An answer in one line, as a person would say it."""
    found = taken_apart(response, kind)
    if found.form == "truth":
        return str(_TRUTH[found.parts[0]])
    if found.form == "pairs":
        return "; ".join(f"{one} → {other}" if one and other else one or other for one, other in found.parts)
    if found.form == "range":
        low, high = found.parts
        if not low or not high:
            return _("at least %(number)s", number=low) if low else _("at most %(number)s", number=high)
        return _("%(low)s to %(high)s", low=low, high=high)
    return (" → " if found.form == "steps" else ", ").join(found.parts)


def clock(centis: int | None) -> str:
    """Hundredths of a second as ``1:02:03``, or ``2.5 s`` for less than a minute; empty for None."""
    if centis is None:
        return ""
    seconds = centis / 100
    if seconds < 60:
        return _("%(seconds)s s", seconds=f"{seconds:.1f}".removesuffix(".0"))
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def moment(text: str) -> str:
    """A moment as a SCO writes it, in the reader's words where it is one; else as it is (1.2 writes the time of day alone)."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text[:64]
    return format_datetime(found if found.tzinfo else found.replace(tzinfo=UTC), "medium")
