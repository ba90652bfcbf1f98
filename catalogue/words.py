"""What the catalogue's codes are called on pages, in the reader's language."""

from babel import Locale, UnknownLocaleError
from flask_babel import get_locale, lazy_gettext, ngettext
from flask_babel import gettext as _

STATUS = {
    "not_started": lazy_gettext("Not started"),
    "started": lazy_gettext("In progress"),
    "completed": lazy_gettext("Completed"),
    "passed": lazy_gettext("Passed"),
    "failed": lazy_gettext("Not passed yet"),
}
SORT = {
    "popular": lazy_gettext("Popular"),
    "trending": lazy_gettext("Trending"),
    "new": lazy_gettext("New"),
    "title": lazy_gettext("Title"),
}
BAND = {
    "short": lazy_gettext("Under 5 minutes"),
    "medium": lazy_gettext("5 to 15 minutes"),
    "long": lazy_gettext("15 minutes to 1 hour"),
    "longer": lazy_gettext("Over 1 hour"),
}
FACET = {
    "kinds": lazy_gettext("Kind"),
    "languages": lazy_gettext("Language"),
    "durations": lazy_gettext("Duration"),
}
VISIBILITY = {
    "draft": lazy_gettext("Draft"),
    "published": lazy_gettext("Published"),
    "groups": lazy_gettext("For groups"),
}

SEEN_BY_NOW = {
    "draft": lazy_gettext("Only you and the administrators see it now."),
    "published": lazy_gettext("Everybody who is signed in sees it now."),
    "groups": lazy_gettext("The members and trainers of its groups see it now."),
}


def language_name(tag: str | None) -> str:
    """``"fr"`` → "French" or « français », in the reader's language; the tag itself when nobody knows it."""
    if not tag:
        return ""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(get_locale())
    except (ValueError, UnknownLocaleError):
        return tag
    return name[:1].upper() + name[1:] if name else tag


def minutes(count: int | None) -> str:
    """``75`` → "1 h 15 min"."""
    if not count:
        return ""
    hours, rest = divmod(count, 60)
    if not hours:
        return _("%(minutes)d min", minutes=rest)
    return _("%(hours)d h %(minutes)d min", hours=hours, minutes=rest) if rest else _("%(hours)d h", hours=hours)


def duration(seconds: float | None) -> str:
    """Time spent, in the largest two units: "3 min", "1 h 05 min"; under a minute says so."""
    if not seconds:
        return ""
    return minutes(round(seconds / 60)) if seconds >= 60 else _("under a minute")


def percent(share: float | None) -> str:
    """``0.921`` → "92 %"; nothing for None."""
    return "" if share is None else _("%(percent)d %%", percent=round(share * 100))


def items(count: int) -> str:
    return ngettext("%(num)d item", "%(num)d items", count)
