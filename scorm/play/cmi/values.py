"""The types of the data model: each check answers None when a value fits, else a word that says why not.

Lengths follow what real packages send rather than the letter of SCORM 1.2 (PACKAGES 1.7): 64,000 characters of suspend data in
both editions. Clock times and durations are taken as they come and read tolerantly where they are used.
"""

import math
import re
from collections.abc import Callable

Check = Callable[[str], str | None]

_NUMBER = re.compile(r"[+-]?(?:\d{1,10}(?:\.\d{0,18})?|\.\d{1,18})")


def number_of(value: str | None) -> float | None:
    """The finite decimal that a value spells, or None."""
    if not value or not _NUMBER.fullmatch(value.strip()):
        return None
    found = float(value)
    return found if math.isfinite(found) else None


def text(limit: int) -> Check:
    """Any characters, at most ``limit``."""
    return lambda value: None if len(value) <= limit else "too_long"


def word(*vocabulary: str) -> Check:
    """One of the words of a vocabulary; the empty value means "not set"."""
    allowed = frozenset(vocabulary) | {""}
    return lambda value: None if value in allowed else "vocabulary"


def real(low: float = -math.inf, high: float = math.inf) -> Check:
    """A decimal between two bounds; the empty value means "not set"."""

    def check(value: str) -> str | None:
        if value == "":
            return None
        found = number_of(value)
        if found is None:
            return "not_a_number"
        return None if low <= found <= high else "out_of_range"

    return check


def either(*checks: Check) -> Check:
    """Fits when any of the checks does; the reason is that of the last."""

    def check(value: str) -> str | None:
        reason = None
        for one in checks:
            reason = one(value)
            if reason is None:
                return None
        return reason

    return check


moment = text(64)
identifier = text(4000)
