"""The catalogue page."""

from flask import render_template, request
from flask_babel import gettext as _

from catalogue import kinds, words
from catalogue.blueprint import pages
from catalogue.browse import queries, rules
from catalogue.items.cards import cards
from core.access import access, principal


@pages.get("/catalogue")
@access("person")
def index():
    """Cards under filters; every filter, count, sort and page is an address."""
    filters = rules.read(request.args)
    page = queries.page(filters, principal())
    return render_template(
        "browse/index.html",
        filters=filters,
        page=page,
        cards=cards(page.items, principal()),
        facets=_facets(filters, page.counts),
        chips=_chips(filters, page),
        adders=[kind for kind in kinds.known().values() if kind.add_url and principal().may("author")],
    )


def _facets(filters: rules.Filters, counts: rules.Counts) -> list[tuple[str, str, list]]:
    """``(name, heading, [(value, label, count, is on)])`` of each filter but the tree of themes; what would show nothing is left out."""
    known = kinds.known()
    kind_names = sorted(counts.kinds, key=lambda k: -counts.kinds[k])
    language_tags = sorted(counts.languages, key=lambda t: -counts.languages[t])
    return [
        ("kinds", words.FACET["kinds"], [_choice(filters.kinds, k, known[k].label if k in known else k, counts.kinds) for k in kind_names]),
        (
            "languages",
            words.FACET["languages"],
            [_choice(filters.languages, t, words.language_name(t), counts.languages) for t in language_tags],
        ),
        (
            "durations",
            words.FACET["durations"],
            [_choice(filters.durations, b, words.BAND[b], counts.durations) for b in rules.BAND_NAMES if counts.durations.get(b)],
        ),
    ]


def _choice(chosen: tuple, value: str, label, counts: dict) -> tuple:
    return value, label, counts.get(value, 0), value in chosen


def _chips(filters: rules.Filters, page: queries.Page) -> list[tuple[str, str]]:
    """``(label, query string without it)`` of everything that is on."""
    known = kinds.known()
    chips = [(_("“%(words)s”", words=filters.q), filters.to(q=""))] if filters.q else []
    if filters.theme:
        chips.append((page.theme.name if page.theme else filters.theme, filters.to(theme="")))
    chips += [(known[k].label if k in known else k, filters.toggled("kinds", k)) for k in filters.kinds]
    chips += [(words.language_name(t), filters.toggled("languages", t)) for t in filters.languages]
    chips += [(words.BAND[b], filters.toggled("durations", b)) for b in filters.durations]
    return chips
