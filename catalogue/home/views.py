"""The first page after signing in."""

from flask import render_template

from catalogue import kinds
from catalogue.blueprint import pages
from catalogue.browse import queries
from catalogue.items.cards import Card, cards
from catalogue.items.views import launch_label
from catalogue.progress.queries import to_continue
from core.access import access, principal

SHELF = 4


@pages.get("/")
@access("person")
def home():
    """Continue, new, popular; the talk stands beside them."""
    begun = to_continue(principal())
    popular = queries.first(principal(), sort="popular", limit=SHELF)
    new = queries.first(principal(), sort="new", limit=SHELF, except_ids={item.id for item in (*popular, *(item for item, _p in begun))})
    shown = {card.item.id: card for card in cards([*{item.id: item for item in (*new, *popular)}.values()], principal())}
    known = kinds.known()
    return render_template(
        "home/home.html",
        begun=[Card(item, known.get(item.kind), progress, {"action": launch_label(item, progress)}) for item, progress in begun],
        new=[shown[item.id] for item in new],
        popular=[shown[item.id] for item in popular],
        adders=[kind for kind in known.values() if kind.add_url and principal().may("author")],
    )
