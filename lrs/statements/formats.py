"""Formats of single values: a predicate for each, linear in its input, and the instants behind timestamps."""

import re
from datetime import UTC, datetime, timedelta

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|\\^`\x7f]+").fullmatch
_MAILTO = re.compile(r"mailto:[^\x00-\x20@<>]+@[^\x00-\x20@<>]+").fullmatch
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}").fullmatch
_SHA1 = re.compile(r"[0-9A-Fa-f]{40}").fullmatch
_SHA2 = re.compile(r"[0-9A-Fa-f]{56,128}").fullmatch
_MEDIA = re.compile(r"[\w!#$&^.+\-]{1,127}/[\w!#$&^.+\-]{1,127}[ \t]*(;[^\x00-\x1f]*)?").fullmatch
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{3,8}|zh-min(?:-nan)?|en-gb-oed|sgn-[a-z]{2}-[a-z]{2}",
    re.IGNORECASE,
).fullmatch
_AMOUNT = r"[0-9]+(?:[.,][0-9]+)?"
_DURATION = re.compile(
    rf"P(?:{_AMOUNT}W|(?=[0-9T])(?:{_AMOUNT}Y)?(?:{_AMOUNT}M)?(?:{_AMOUNT}D)?(?:T(?=[0-9])(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?)"
).fullmatch
_FRACTION_NOT_LAST = re.compile(r"[.,][0-9]+[A-Z].").search
_OFFSET = r"(?P<offset>Z|\+[0-9]{2}(?::?[0-9]{2})?|-(?!00(?::?00)?$)[0-9]{2}(?::?[0-9]{2})?)"
_FRACTION = r"(?:[.,](?P<fraction>[0-9]+))?"
_EXTENDED = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})"
_BASIC = r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})T(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
_ISO = re.compile(rf"{_EXTENDED}(?::(?P<second>[0-9]{{2}}){_FRACTION})?{_OFFSET}?").fullmatch
_ISO_BASIC = re.compile(rf"{_BASIC}(?:(?P<second>[0-9]{{2}}){_FRACTION})?{_OFFSET}?").fullmatch
_RFC3339 = re.compile(
    rf"{_EXTENDED}:(?P<second>[0-9]{{2}}){_FRACTION}(?P<offset>Z|\+[0-9]{{2}}:[0-9]{{2}}|-(?!00:00)[0-9]{{2}}:[0-9]{{2}})", re.IGNORECASE
).fullmatch
_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z").fullmatch
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def is_iri(text: str) -> bool:
    """An absolute IRI, by best effort: a scheme, then no character that RFC 3987 excludes."""
    return _IRI(text) is not None


def is_mailto(text: str) -> bool:
    return _MAILTO(text) is not None


def is_language(text: str) -> bool:
    """A language tag whose subtags have lengths that RFC 5646 allows."""
    return _LANGUAGE(text) is not None


def is_media_type(text: str) -> bool:
    return _MEDIA(text) is not None


def is_uuid(text: str) -> bool:
    return _UUID(text) is not None


def is_sha1(text: str) -> bool:
    return _SHA1(text) is not None


def is_sha2(text: str) -> bool:
    return _SHA2(text) is not None


def is_duration(text: str) -> bool:
    """A duration of ISO 8601 with designators; only its smallest part may have a fraction."""
    return _DURATION(text) is not None and (("." not in text and "," not in text) or _FRACTION_NOT_LAST(text) is None)


def is_iso_timestamp(text: str) -> bool:
    """ISO 8601 date and time, extended or basic, the offset optional but never a negative zero (1.0.3 Data 4.5)."""
    return _is_usual(text) or (len(text) <= 64 and instant(text) is not None)


def is_rfc3339(text: str) -> bool:
    """RFC 3339 date and time (2.0 requires it)."""
    return _is_usual(text) or (len(text) <= 64 and _RFC3339(text) is not None and instant(text.upper()) is not None)


def _is_usual(text: str) -> bool:
    """Quickly: the way nearly every client writes it, ``2026-11-22T10:00:00.123Z``."""
    if _USUAL(text) is None:
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def instant(text: str) -> int | None:
    """Microseconds since 1970 of an ISO 8601 date and time, or None when it is none. Finer digits are cut; no offset means UTC.

    24:00 is the next midnight and second 60 the first of the next minute, as ISO 8601 has it.
    """
    match = _ISO(text) or _ISO_BASIC(text)
    if match is None:
        return None
    part = match.groupdict()
    hour, second = int(part["hour"]), int(part["second"] or 0)
    fraction = int((part["fraction"] or "0")[:6].ljust(6, "0"))
    carry = 0
    if hour == 24:
        if int(part["minute"]) or second or fraction:
            return None
        hour, carry = 0, 86_400
    if second == 60:
        second, carry = 59, carry + 1
    try:
        moment = datetime(int(part["year"]), int(part["month"]), int(part["day"]), hour, int(part["minute"]), second, fraction, UTC)
        offset = _offset_seconds(part["offset"])
    except ValueError:
        return None
    return (moment - _EPOCH) // _MICROSECOND + (carry - offset) * 1_000_000


def _offset_seconds(offset: str | None) -> int:
    if offset is None or offset == "Z":
        return 0
    hours, minutes = int(offset[1:3]), int(offset[-2:]) if len(offset) > 3 else 0
    if hours > 23 or minutes > 59:
        raise ValueError(offset)
    return (1 if offset[0] == "+" else -1) * (hours * 3600 + minutes * 60)


def utc_text(microseconds: int) -> str:
    """An instant as RFC 3339 in UTC with six digits, e.g. ``2026-11-22T02:24:00.000001Z``."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat(timespec="microseconds")[:-6] + "Z"
