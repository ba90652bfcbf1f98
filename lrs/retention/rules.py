"""Decisions about retention, free of any database."""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from core.errors import Invalid
from lrs.statements.formats import is_iri

DELETE, KEEP = "delete", "keep"
KINDS = (DELETE, KEEP)
MOST_DAYS = 36_500


def clean(*, kind: str, days: str | int | None, verb: str, activity: str) -> dict:
    """The columns of a rule. Raises Invalid naming the field.

    A rule that deletes needs an age; one that keeps needs at least one condition, for one without would be no retention at all.
    """
    fields: dict[str, list[str]] = {}
    if kind not in KINDS:
        fields["kind"] = [_("Choose delete or keep.")]
    number = _days(days)
    if number is None and (kind == DELETE or days not in (None, "")):
        fields["days"] = [_("Write a number of days from 1 to %(most)s.", most=MOST_DAYS)]
    for name, iri in (("verb", verb), ("activity", activity)):
        if iri and not is_iri(iri):
            fields[name] = [_("Write a whole IRI, like http://adlnet.gov/expapi/verbs/completed.")]
    if kind == KEEP and not (number or verb or activity):
        fields["verb"] = [_("Say what is to be kept: a verb, an activity or an age.")]
    if fields:
        raise Invalid(" ".join(message for messages in fields.values() for message in messages), fields=fields)
    return {"kind": kind, "days": number, "verb": verb or None, "activity": activity or None}


def _days(days: str | int | None) -> int | None:
    text = str(days if days is not None else "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    number = int(text)
    return number if 0 < number <= MOST_DAYS else None


def cutoff(days: int, at: datetime) -> int:
    """The seq (microseconds) up to which statements are at least so many days old."""
    return int((at - timedelta(days=days)).timestamp() * 1_000_000)


def in_words(*, kind: str, days: int | None, verb: str | None, activity: str | None) -> str:
    """A rule for the audit and the command line, in English: ``delete after 365 days, verb http://…``."""
    parts = [f"{kind} after {days} days" if days else kind]
    parts += [f"verb {verb}"] if verb else []
    parts += [f"activity {activity}"] if activity else []
    return ", ".join(parts)
