"""Languages: which one a reader gets, and dates and numbers in it. Each package keeps its own translations."""

from datetime import UTC, datetime
from pathlib import Path

from babel.dates import get_timezone as zone_named
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, format_datetime, format_decimal, format_timedelta, get_locale, get_timezone

from core import clock

LANGUAGES = {"en": "English", "fr": "Français"}
COOKIE = "language"
ZONE_COOKIE = "timezone"
ROOT = Path(__file__).parent.parent


def translation_folders() -> list[Path]:
    """``<package>/translations`` of every package that has one."""
    return sorted(p for p in ROOT.glob("*/translations") if p.is_dir())


def choose() -> str:
    """The person's own choice, the cookie, what the browser asks for, English."""
    if not has_request_context():
        return "en"
    chosen = getattr(g, "language", None) or request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(list(LANGUAGES)) or "en"


def zone() -> str | None:
    """The time zone that the reader's browser says it is in (``times.js`` keeps it in a cookie); None, which means UTC, without it."""
    name = request.cookies.get(ZONE_COOKIE, "") if has_request_context() else ""
    try:
        return name if name and zone_named(name) else None
    except LookupError:
        return None


def to_utc(moment: datetime) -> datetime:
    """A moment without a zone, as the reader means it."""
    return get_timezone().localize(moment).astimezone(UTC)


def current_language() -> str:
    return str(get_locale() or "en")


def ago(moment) -> str:
    """``3 minutes ago`` in the reader's language."""
    return format_timedelta(moment - clock.now(), add_direction=True, threshold=0.95)


def init_app(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(p) for p in translation_folders())
    Babel(app, locale_selector=choose, default_timezone="UTC", timezone_selector=zone)
    app.jinja_env.filters.update(ago=ago, exact=lambda m: format_datetime(m, "long"), number=format_decimal)
    app.context_processor(lambda: {"current_language": current_language(), "languages": LANGUAGES})
