"""The company of the demonstration: its people, groups and items, each made when it is missing."""

from datetime import datetime

from sqlalchemy import select

from accounts.groups import service as groups
from accounts.groups.models import Group
from accounts.people import passwords
from accounts.people import queries as people
from accounts.people import service as accounts
from accounts.people.models import Person
from catalogue.items import service as items
from catalogue.items.models import Item
from catalogue.videos.metadata import Metadata
from core.access import Principal
from core.clock import frozen
from core.db import db, write
from demo.samples import add_video, import_course
from demo.script import Piece, Role, Script


def as_principal(person: Person) -> Principal:
    """The person as who acts."""
    return Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)


def ensure_people(script: Script, *, password: str, at: datetime) -> int:
    """Make whoever has no account yet, at that moment, and the groups; how many people are new. They share one password."""
    missing = [role for role in script.people.values() if people.by_email(role.email) is None]
    hashes = {role.key: passwords.accepted(password, email=role.email, name=role.name) for role in missing}
    with frozen(at), write():
        for role in missing:
            accounts.create(email=role.email, name=role.name, role=role.role, language=role.language, password_hash=hashes[role.key])
        made = {key: groups.ensure(name=name) for key, name in script.groups.items()}
        for role in missing:
            _join(role, made)
    return len(missing)


def _join(role: Role, made: dict[str, Group]) -> None:
    person = people.by_email(role.email)
    if role.trains:
        groups.add(group=made[role.trains], person_id=person.id, is_trainer=True)
    for key in role.groups:
        groups.add(group=made[key], person_id=person.id)


def ensure_item(script: Script, piece: Piece, *, at: datetime) -> tuple[int, bool]:
    """The row id of the item of a piece, and whether it had to be made, at that moment."""
    if found := find(script, piece):
        return found, False
    with frozen(at):
        _make(script, piece)
    return find(script, piece), True


def find(script: Script, piece: Piece) -> int | None:
    """The row id of the item of a piece: the one of its owner with its title."""
    return db.session.scalar(select(Item.id).where(Item.title == piece.title, Item.owner_id == _owner_id(script, piece)))


def _owner_id(script: Script, piece: Piece) -> int | None:
    return people.by_email(script.people[piece.owner].email).id if piece.owner else None


def _make(script: Script, piece: Piece) -> None:
    owner_id = _owner_id(script, piece)
    if piece.url:
        told = Metadata(title=piece.title, description=piece.description, seconds=piece.minutes * 60, language="en")
        add_video(piece.url, told, theme=piece.theme, owner_id=owner_id)
        return
    uuid = import_course(piece.folder, theme=piece.theme, owner_id=owner_id, publish=not (piece.draft or piece.groups))
    with write():
        item = db.session.scalar(select(Item).where(Item.uuid == uuid))
        by = as_principal(people.get(owner_id)) if owner_id else None
        if item.title != piece.title:
            items.edit(item=item, by=by, title=piece.title)
        if piece.groups:
            shown = select(Group.uuid).where(Group.name.in_([script.groups[key] for key in piece.groups]))
            items.edit(item=item, by=by, visibility="groups", groups=list(db.session.scalars(shown)))
