"""Durations of both editions, read tolerantly: whatever a package writes becomes hundredths of a second or None, never an error.

1.2 writes ``HHHH:MM:SS.SS`` (RTE 3.4.3.2.10), 2004 writes ISO 8601 ``P1DT2H3M4.05S`` (RTE 4.1.1.7); each is read in either
edition, because packages mix them up. Months count 30 days and years 365, as nobody studies that long in one go.
"""

import re

_CLOCK = re.compile(r"(\d{1,6}):(\d{1,4})(?::(\d{1,6}(?:[.,]\d{0,9})?))?")
_PART = r"(?:(\d{1,9}(?:[.,]\d{0,9})?)%s)?"
_ISO = re.compile("P" + "".join(_PART % unit for unit in "YMWD") + "(?:T" + "".join(_PART % unit for unit in "HMS") + ")?")
_WEIGHTS = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1)


def centis(text: str | None) -> int | None:
    """Hundredths of a second, or None for what is no duration (negative ones included)."""
    text = (text or "").strip()
    if len(text) > 64:
        return None
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = match.groups()
        return round((int(hours) * 3_600 + int(minutes) * 60 + _real(seconds)) * 100)
    if (match := _ISO.fullmatch(text)) and any(match.groups()):
        return round(sum(_real(part) * weight for part, weight in zip(match.groups(), _WEIGHTS, strict=True)) * 100)
    return None


def _real(text: str | None) -> float:
    return float(text.replace(",", ".")) if text else 0.0


def as_12(value: int) -> str:
    """``HHHH:MM:SS.SS``, at most the 9999 hours that SCORM 1.2 can write."""
    hours, minutes, seconds, rest = _split(min(value, 9999 * 360_000 + 359_999))
    return f"{hours:04}:{minutes:02}:{seconds:02}.{rest:02}"


def as_iso(value: int) -> str:
    """An ISO 8601 duration, as SCORM 2004 and xAPI write it: ``PT1H2M3.5S``; zero is ``PT0S``."""
    hours, minutes, seconds, rest = _split(value)
    fraction = f".{rest:02}".rstrip("0") if rest else ""
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{seconds}{fraction}S" if seconds or rest else ""]
    return "PT" + ("".join(parts) or "0S")


def _split(value: int) -> tuple[int, int, int, int]:
    seconds, rest = divmod(max(value, 0), 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return hours, minutes, seconds, rest
