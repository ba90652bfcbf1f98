"""Which version of xAPI a request is answered in (1.0.3 Communication 3.3, IEEE 9274.1.1 4.1.2)."""

import re

HEADER = "X-Experience-API-Version"
VERSIONS = ("1.0.3", "2.0.0")
_FAMILIES = ((re.compile(r"1\.0(\.\d{1,9})?", re.ASCII), "1.0.3"), (re.compile(r"2\.0(\.\d{1,9})?", re.ASCII), "2.0.0"))


def agreed(given: str | None) -> str | None:
    """1.0.3 for 1.0 and any 1.0.x, 2.0.0 for 2.0 and any 2.0.x, None for anything else or nothing."""
    return next((answer for pattern, answer in _FAMILIES if pattern.fullmatch(given)), None) if given is not None else None
