"""Who may see and change which items: the one place that decides, for lists, searches, counts and single items alike."""

from sqlalchemy import ColumnElement, case, exists, false, or_, select, true

from accounts.groups.models import Membership
from catalogue.items.models import Item, ItemGroup
from core.access import Principal


def visible(principal: Principal) -> ColumnElement[bool]:
    """The condition on ``Item`` that holds for what this principal may see.

    Administrators and keys with scope ``all`` see everything. A person sees what is published, what is shown to a group of
    theirs (as member or trainer), and what they own, drafts included. Nobody else sees anything.

    It is a CASE and not an OR on purpose: for an OR, SQLite collects every visible row by several indexes and sorts them; behind
    a CASE it walks the index of the order (or of the counts) and checks row by row.
    """
    if principal.is_admin:
        return true()
    if not principal.signed_in:
        return false()
    own = Item.owner_id == principal.person_id
    return case(
        (Item.visibility == "published", true()),
        (Item.visibility == "groups", or_(own, _shown_to_groups_of(principal.person_id))),
        else_=own,
    )


def _shown_to_groups_of(person_id: int) -> ColumnElement[bool]:
    mine = select(Membership.group_id).where(Membership.person_id == person_id)
    return exists().where(ItemGroup.item_id == Item.id, ItemGroup.group_id.in_(mine)).correlate(Item)


def may_edit(item: Item, principal: Principal) -> bool:
    """Owners while they are authors, and administrators; a read-only key changes nothing."""
    if principal.kind == "key":
        return "all" in principal.scopes
    return principal.is_admin or (principal.may("author") and item.owner_id == principal.person_id)
