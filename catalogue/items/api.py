"""Items under ``/api/v1``."""

from collections.abc import Sequence

from flask_babel import gettext as _

from accounts.groups.access import may_see_results
from accounts.people import queries as people
from catalogue.browse import queries as browse
from catalogue.browse.rules import Filters
from catalogue.items import queries, service
from catalogue.items.cards import cards
from catalogue.items.models import Item
from catalogue.items.schemas import ItemArgs, ItemEditSchema, ItemSchema, ProgressArgs, ProgressSchema
from catalogue.progress import queries as progress
from catalogue.themes import queries as themes
from core.access import access, principal
from core.api import api_blueprint, page_schema
from core.db import write
from core.errors import Invalid, NotFound

api = api_blueprint("items", __name__, description="The catalogue: what there is to learn from, and how far people are")


@api.get("/items")
@access("person")
@api.arguments(ItemArgs, location="query")
@api.response(200, page_schema(ItemSchema))
def list_items(args):
    """Items the caller may see, with the filters and orders of the catalogue page"""
    filters = Filters(
        q=" ".join(args["q"].replace("\x00", "").split()),
        theme=str(args["theme"] or ""),
        kinds=tuple(args["kind"]),
        languages=tuple(args["language"]),
        durations=tuple(args["duration"]),
        sort=args["sort"],
        page=args["page"],
    )
    page = browse.page(filters, principal(), per_page=args["per_page"])
    return {"items": _shown(page.items), "total": page.counts.total, "page": filters.page, "pages": page.pages}


@api.get("/items/<uuid:uuid>")
@access("person")
@api.response(200, ItemSchema)
def get_item(uuid):
    """One item"""
    return _shown([queries.get_visible(uuid, to=principal())])[0]


@api.patch("/items/<uuid:uuid>")
@access("author")
@api.arguments(ItemEditSchema)
@api.response(200, ItemSchema)
def edit_item(changes, uuid):
    """Change an item; for its owner, administrators and keys with scope all"""
    with write():
        service.edit(item=queries.get_editable(uuid, by=principal()), by=principal(), **changes)
    return _shown([queries.get_visible(uuid, to=principal())])[0]


@api.get("/items/<uuid:uuid>/progress")
@access("person")
@api.arguments(ProgressArgs, location="query")
@api.response(200, ProgressSchema)
def get_progress(args, uuid):
    """How far a person is with an item: the caller, or somebody whose results the caller may see"""
    item = queries.get_visible(uuid, to=principal())
    return progress.of(_person_id(args["person"]), item.id) or {"status": "not_started", "duration_seconds": 0.0}


def _person_id(uuid) -> int:
    """Whose progress is asked for; somebody else's is not found unless the caller may see it."""
    if uuid is None:
        if principal().person_id is None:
            raise Invalid(fields={"person": [_("A key has no progress of its own: name a person.")]})
        return principal().person_id
    found = people.by_uuids([str(uuid)]).get(str(uuid))
    if found is None or not may_see_results(principal(), found.id):
        raise NotFound()
    return found.id


def _shown(items: Sequence[Item]) -> list[dict]:
    """Items with what their JSON tells, in a fixed number of queries."""
    owners = people.by_ids({item.owner_id for item in items} - {None})
    rows = {theme.id: theme for theme in themes.everything()}
    paths = themes.paths(rows.values())
    return [
        {
            "item": card.item,
            "owner": owners.get(card.item.owner_id),
            "theme": {"id": rows[card.item.theme_id].uuid, "path": paths[card.item.theme_id]} if card.item.theme_id in rows else None,
            "popularity": card.popularity,
            "progress": card.progress,
        }
        for card in cards(items, principal())
    ]
