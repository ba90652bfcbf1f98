"""Reading items, each time through ``access.visible``."""

from collections.abc import Iterable

from sqlalchemy import Select, select

from accounts.groups.models import Group
from catalogue.items import access
from catalogue.items.models import Item, ItemGroup
from core.access import Principal
from core.db import db
from core.errors import Forbidden, NotFound

may_edit = access.may_edit


def visible_items(principal: Principal) -> Select[tuple[Item]]:
    """All items a principal may see, without an order."""
    return select(Item).where(access.visible(principal))


def get_visible(uuid: str, *, to: Principal) -> Item:
    """One item. Not there and not for you are the same answer: :class:`NotFound`."""
    item = db.session.scalar(visible_items(to).where(Item.uuid == str(uuid)))
    if item is None:
        raise NotFound()
    return item


def get_editable(uuid: str, *, by: Principal) -> Item:
    """One item that this principal may change; :class:`NotFound` when they cannot even see it, else :class:`Forbidden`."""
    item = get_visible(uuid, to=by)
    if not access.may_edit(item, by):
        raise Forbidden()
    return item


def by_activity(iris: Iterable[str]) -> dict[str, Item]:
    """``{activity IRI: item}`` whoever asks: for projections, not for people."""
    return {item.activity_iri: item for item in db.session.scalars(select(Item).where(Item.activity_iri.in_(list(iris))))}


def groups_of(item: Item) -> list[Group]:
    """The groups an item is shown to, by name."""
    return list(
        db.session.scalars(
            select(Group).join(ItemGroup, ItemGroup.group_id == Group.id).where(ItemGroup.item_id == item.id).order_by(Group.name)
        )
    )
