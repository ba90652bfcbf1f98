"""Popularity in words, and the queries behind it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import format_percent, lazy_pgettext, ngettext, pgettext
from flask_babel import gettext as _

from social.popularity.reading import LIKES, PLAY, TALK
from social.popularity.rules import EXPONENTS

_LEVELS = (
    lazy_pgettext("popularity", "Nobody has come yet"),
    lazy_pgettext("popularity", "Quiet"),
    lazy_pgettext("popularity", "Some interest"),
    lazy_pgettext("popularity", "Well visited"),
    lazy_pgettext("popularity", "Popular"),
    lazy_pgettext("popularity", "Very popular"),
)


def level_words(level: int) -> str:
    """The step of an item, 0 to 5."""
    return str(_LEVELS[level])


def head_count(kind: str, count: int | None) -> str:
    """How many people, by what they did; None for a few."""
    if count is None:
        few = {"launch": _("a few started"), "complete": _("a few finished"), "comment": _("a few talking"), "like": _("a few likes")}
        return few[kind]
    if kind == "launch":
        return ngettext("%(num)s started", "%(num)s started", count)
    if kind == "complete":
        return ngettext("%(num)s finished", "%(num)s finished", count)
    if kind == "comment":
        return ngettext("%(num)s talking", "%(num)s talking", count)
    return ngettext("%(num)s like", "%(num)s likes", count)


def kind_labels() -> dict[str, str]:
    """The four kinds in the order people do them."""
    return {
        "launch": pgettext("people", "started"),
        "complete": pgettext("people", "finished"),
        "comment": pgettext("people", "talking"),
        "like": pgettext("people", "like it"),
    }


@dataclass(frozen=True)
class Reason:
    """One kind: what it is called, from when it counts, its weight in percent, and the queries that list its statements."""

    label: str
    since: str
    share: str
    queries: list[str]


def reasons(activity: str) -> list[Reason]:
    """The four kinds of one item, with what to ask the log for."""
    since = {"launch": _("the last time"), "complete": _("the last time"), "comment": _("the last comment"), "like": _("the first like")}
    verbs = {
        "launch": [verb for verb, act in PLAY.items() if act == "launch"],
        "complete": [verb for verb, act in PLAY.items() if act == "complete"],
        "comment": list(TALK),
        "like": list(LIKES),
    }
    return [
        Reason(
            label=label,
            since=since[kind],
            share=format_percent(EXPONENTS[kind]),
            queries=[_query(activity, verb, related=kind == "comment") for verb in verbs[kind]],
        )
        for kind, label in kind_labels().items()
    ]


def _query(activity: str, verb: str, *, related: bool) -> str:
    return "/xapi/statements?" + urlencode({"activity": activity, "verb": verb} | ({"related_activities": "true"} if related else {}))
