"""Popularity in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

_LEVELS = (
    lazy_gettext("Nobody has come yet"),
    lazy_gettext("Quiet"),
    lazy_gettext("Some interest"),
    lazy_gettext("Well visited"),
    lazy_gettext("Popular"),
    lazy_gettext("Very popular"),
)


def level_words(level: int) -> str:
    """The step of an item, 0 to 5."""
    return str(_LEVELS[level])


def head_count(kind: str, count: int | None) -> str:
    """How many people, by what they did; None for a few."""
    if count is None:
        return {"launch": _("a few started"), "complete": _("a few finished"), "comment": _("a few talking"), "like": _("a few likes")}[
            kind
        ]
    if kind == "launch":
        return ngettext("%(num)s started", "%(num)s started", count)
    if kind == "complete":
        return ngettext("%(num)s finished", "%(num)s finished", count)
    if kind == "comment":
        return ngettext("%(num)s talking", "%(num)s talking", count)
    return ngettext("%(num)s like", "%(num)s likes", count)
