"""The verbs on items. They flush, never commit; each act leaves its statement in the same transaction."""

from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import delete, select

from accounts.groups.models import Group
from accounts.people import queries as people
from catalogue import kinds, search
from catalogue.items import acts, rules
from catalogue.items.models import Item, ItemGroup
from catalogue.themes import service as themes
from core.access import Principal
from core.clock import now
from core.db import db
from core.errors import Invalid
from core.identity import activity_iri, person_agent
from lrs.statements import service as statements

EDITABLE = frozenset({"title", "description", "language", "duration_minutes", "theme", "visibility", "groups"})


def create(
    *,
    kind: str,
    title: str,
    owner_id: int | None,
    description: str = "",
    language: str | None = None,
    duration_minutes: int | None = None,
    theme: str | None = None,
    visibility: str = "draft",
    groups: list[str] | None = None,
) -> Item:
    """A new item; ``theme`` is a path such as ``"Safety / Fire"``, ``groups`` uuids.

    :class:`Invalid` names every field that is wrong. Made visible at once, it leaves its ``published`` statement.
    """
    values = _checked({"title": title, "description": description, "language": language, "duration_minutes": duration_minutes})
    uuid = str(uuid4())
    item = Item(
        uuid=uuid, kind=kinds.get(kind).name, owner_id=owner_id, activity_iri=activity_iri("item", uuid), visibility="draft", **values
    )
    db.session.add(item)
    _set_theme(item, theme)
    db.session.flush()
    search.index(item)
    if visibility != "draft":
        _set_visibility(item, visibility, groups, actor=_owner_agent(owner_id))
        db.session.flush()
    return item


def edit(*, item: Item, by: Principal | None, **changes) -> Item:
    """Change some of ``EDITABLE``; what is not named stays. Leaves ``edited``, and ``published`` or ``retract`` where that changes.

    An edit that changes nothing leaves no statement.
    """
    unknown = set(changes) - EDITABLE
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    before = _state(item)
    for name, value in _checked({n: v for n, v in changes.items() if n not in ("theme", "visibility", "groups")}).items():
        setattr(item, name, value)
    if "theme" in changes:
        _set_theme(item, changes["theme"])
    actor = acts.actor_of(by)
    if _state(item) != before:
        item.updated_at = now()
        db.session.flush()
        search.index(item)
        statements.record(acts.statement(acts.EDITED, item=item, actor=actor))
    if "visibility" in changes or "groups" in changes:
        _set_visibility(item, changes.get("visibility", item.visibility), changes.get("groups"), actor=actor)
    db.session.flush()
    return item


def publish(*, item: Item, by: Principal | None = None) -> Item:
    """Show an item to all who are signed in; publishing twice changes nothing. The date of the first time is kept."""
    return edit(item=item, by=by, visibility="published")


def hide(*, item: Item, by: Principal | None = None) -> Item:
    """Make an item a draft again: only its owner and administrators see it. What was learnt and said stays."""
    return edit(item=item, by=by, visibility="draft")


def set_image(*, item: Item, image_key: str | None) -> str | None:
    """Put another picture on an item (None: the drawn cover). Answers the key that is no longer used."""
    unused, item.image_key = item.image_key, image_key
    item.updated_at = now()
    db.session.flush()
    return unused if unused != image_key else None


def _state(item: Item) -> tuple:
    return (item.title, item.description, item.language, item.duration_minutes, item.theme_id)


def _checked(values: dict) -> dict:
    """Cleaned field values; all that is wrong in one :class:`Invalid`."""
    fields: dict[str, list[str]] = {}
    clean = dict(values)
    if "title" in values:
        clean["title"] = rules.title(values["title"] or "")
        if not clean["title"]:
            fields["title"] = [_("Give it a title.")]
        elif len(clean["title"]) > rules.MAX_TITLE:
            fields["title"] = [_("The title is too long: %(limit)d characters at most.", limit=rules.MAX_TITLE)]
        clean["title_key"] = rules.title_key(clean["title"])
    if "description" in values:
        clean["description"] = rules.description(values["description"] or "")
        if len(clean["description"]) > rules.MAX_DESCRIPTION:
            fields["description"] = [_("The description is too long: %(limit)d characters at most.", limit=rules.MAX_DESCRIPTION)]
    if "language" in values:
        clean["language"] = rules.language(values["language"])
        if clean["language"] == "":
            fields["language"] = [_("That is not a language code; examples: en, fr, pt-BR.")]
    minutes = values.get("duration_minutes")
    if minutes is not None and not 1 <= minutes <= rules.MAX_MINUTES:
        fields["duration_minutes"] = [_("The duration is a number of minutes from 1 to %(limit)d.", limit=rules.MAX_MINUTES)]
    if fields:
        raise Invalid(fields=fields)
    return clean


def _set_theme(item: Item, path: str | None) -> None:
    theme = themes.ensure(path=path or "")
    item.theme_id = theme.id if theme else None


def _set_visibility(item: Item, visibility: str, group_uuids: list[str] | None, *, actor: dict) -> None:
    if visibility not in rules.VISIBILITIES:
        raise Invalid(fields={"visibility": [_("Choose one of: draft, published, groups.")]})
    groups = None if group_uuids is None else _groups(group_uuids)
    if visibility == "groups":
        _set_groups(item, groups)
    elif groups is not None:
        db.session.execute(delete(ItemGroup).where(ItemGroup.item_id == item.id))
    was_hidden = item.visibility == "draft"
    item.visibility = visibility
    if was_hidden == (visibility == "draft"):
        return
    if visibility != "draft":
        item.published_at = item.published_at or now()
    db.session.flush()
    statements.record(acts.statement(acts.HIDDEN if visibility == "draft" else acts.PUBLISHED, item=item, actor=actor))


def _set_groups(item: Item, groups: list[Group] | None) -> None:
    """Replace the groups when some are given; an item for groups needs at least one, or nobody would find it."""
    if groups is None:
        groups = list(db.session.scalars(select(Group).join(ItemGroup, ItemGroup.group_id == Group.id).where(ItemGroup.item_id == item.id)))
    if not groups:
        raise Invalid(fields={"groups": [_("Choose at least one group.")]})
    db.session.execute(delete(ItemGroup).where(ItemGroup.item_id == item.id))
    db.session.add_all(ItemGroup(item_id=item.id, group_id=group.id) for group in groups)
    db.session.flush()


def _groups(uuids: list[str]) -> list[Group]:
    found = list(db.session.scalars(select(Group).where(Group.uuid.in_(uuids))))
    if len(found) != len(set(uuids)):
        raise Invalid(fields={"groups": [_("One of these groups does not exist any more. Reload the page and choose again.")]})
    return found


def _owner_agent(owner_id: int | None) -> dict:
    owner = people.get(owner_id) if owner_id else None
    return person_agent(uuid=owner.uuid, name=owner.name) if owner else acts.actor_of(None)
