"""Results, durations and identifiers in the reader's language."""

import re

from flask_babel import format_decimal, format_percent, get_locale, ngettext
from flask_babel import gettext as _

from lrs.browser.rules import shortened

_DURATION = re.compile(
    r"P(?:(?P<weeks>[\d.,]+)W)?(?:(?P<years>[\d.,]+)Y)?(?:(?P<months>[\d.,]+)M)?(?:(?P<days>[\d.,]+)D)?"
    r"(?:T(?:(?P<hours>[\d.,]+)H)?(?:(?P<minutes>[\d.,]+)M)?(?:(?P<seconds>[\d.,]+)S)?)?"
).fullmatch
_BEYOND_NUMBERS = 15


def duration(text: str) -> str:
    """``"PT1H30M"`` → "1 h 30 min"; the text itself when it is none. Seconds with a fraction keep two digits; nothing is converted."""
    match = _DURATION(text[:200])
    amounts = {unit: amount for unit, amount in match.groupdict().items() if amount} if match else {}
    if not amounts or any(len(amount) > _BEYOND_NUMBERS for amount in amounts.values()):
        return shortened(text, 60)
    parts = [_part(unit, float(amount.replace(",", "."))) for unit, amount in amounts.items()]
    return " ".join(part for part in parts if part) or _part("seconds", 0.0, even_nothing=True)


def _part(unit: str, amount: float, *, even_nothing: bool = False) -> str:
    if not amount and not even_nothing:
        return ""
    number = format_decimal(round(amount, 2))
    whole = int(amount) if amount == int(amount) else 2
    if unit == "years":
        return ngettext("%(number)s year", "%(number)s years", whole, number=number)
    if unit == "months":
        return ngettext("%(number)s month", "%(number)s months", whole, number=number)
    if unit == "weeks":
        return ngettext("%(number)s week", "%(number)s weeks", whole, number=number)
    if unit == "days":
        return ngettext("%(number)s day", "%(number)s days", whole, number=number)
    if unit == "hours":
        return _("%(number)s h", number=number)
    return _("%(number)s min", number=number) if unit == "minutes" else _("%(number)s s", number=number)


def score(value: dict) -> str:
    """The score in one phrase: in percent when it is scaled, else out of its maximum, else as it is; empty without any."""
    if _is_number(value.get("scaled")):
        exact = get_locale().percent_formats[None].pattern.replace("#,##0", "#,##0.##")
        return format_percent(round(value["scaled"], 4), exact)
    if not _is_number(value.get("raw")):
        return ""
    if _is_number(value.get("max")):
        return _("%(raw)s of %(most)s", raw=_number(value["raw"]), most=_number(value["max"]))
    return _number(value["raw"])


def _is_number(value) -> bool:
    return type(value) in (int, float) and abs(value) < 1e15


def _number(value: int | float) -> str:
    return format_decimal(round(value, 4))


def size(count: int) -> str:
    """Bytes for people."""
    if count >= 1 << 20:
        return _("%(number)s MB", number=format_decimal(round(count / (1 << 20), 1)))
    if count >= 1 << 10:
        return _("%(number)s kB", number=format_decimal(round(count / (1 << 10), 1)))
    return ngettext("%(num)d byte", "%(num)d bytes", count)


def identifier(key: str) -> str:
    """An agent's key as people write it: the address of a mail, the name of an account at its home."""
    kind, _blank, rest = key.partition(" ")
    if kind == "account":
        home, _blank, name = rest.partition(" ")
        return _("%(name)s at %(home)s", name=shortened(name, 80), home=shortened(home.split("://", 1)[-1].rstrip("/"), 80))
    return shortened(rest.removeprefix("mailto:"), 120)
