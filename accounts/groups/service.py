"""The verbs on groups."""

from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from accounts.groups import queries, rules
from accounts.groups.models import Group, Membership
from accounts.people import queries as people
from accounts.people.rules import TRAINING_ROLES
from core.db import db
from core.errors import Conflict, NotFound


def create(*, name: str) -> Group:
    """Make a group; :class:`Conflict` when the name is taken."""
    cleaned = rules.clean_name(name)
    if queries.by_name(cleaned) is not None:
        raise _taken(cleaned)
    group = Group(name=cleaned, name_key=rules.name_key(cleaned))
    db.session.add(group)
    _flush_name(cleaned)
    return group


def ensure(*, name: str) -> Group:
    """The group with this name, made when there is none."""
    return queries.by_name(rules.clean_name(name)) or create(name=name)


def rename(group: Group, *, name: str) -> None:
    """Give a group another name; changing only its case is fine."""
    cleaned = rules.clean_name(name)
    holder = queries.by_name(cleaned)
    if holder is not None and holder.id != group.id:
        raise _taken(cleaned)
    group.name, group.name_key = cleaned, rules.name_key(cleaned)
    _flush_name(cleaned)


def _flush_name(name: str) -> None:
    try:
        db.session.flush()
    except IntegrityError as clash:
        raise _taken(name) from clash


def _taken(name: str) -> Conflict:
    message = _("There is already a group named %(name)s.", name=name)
    return Conflict(message, code="name_taken", fields={"name": [message]})


def delete(group: Group) -> None:
    """Dissolve a group. Its people and what they did stay."""
    db.session.delete(group)
    db.session.flush()


def add(*, group: Group, person_id: int, is_trainer: bool = False) -> bool:
    """Take a person into a group; False when they are there already, as learner or trainer, which is left as it is."""
    if db.session.get(Membership, (group.id, person_id)) is not None:
        return False
    if is_trainer:
        _refuse_to_train(person_id)
    db.session.add(Membership(group_id=group.id, person_id=person_id, is_trainer=is_trainer))
    db.session.flush()
    return True


def add_by_email(*, group: Group, emails: Iterable[str]) -> tuple[int, list[str]]:
    """Take in whoever has one of the addresses. Answers how many are new in the group, and the addresses nobody has."""
    added, unknown = 0, []
    for email in dict.fromkeys(emails):
        person = people.by_email(email)
        if person is None:
            unknown.append(email)
        else:
            added += add(group=group, person_id=person.id)
    return added, unknown


def remove(*, group: Group, person_id: int) -> None:
    """Take a person out of a group; :class:`NotFound` when they are not in it."""
    db.session.delete(_membership(group, person_id))
    db.session.flush()


def set_trainer(*, group: Group, person_id: int, is_trainer: bool) -> None:
    """Let a member see the results of the others, or no longer."""
    membership = _membership(group, person_id)
    if is_trainer:
        _refuse_to_train(person_id)
    membership.is_trainer = is_trainer
    db.session.flush()


def _membership(group: Group, person_id: int) -> Membership:
    found = db.session.get(Membership, (group.id, person_id))
    if found is None:
        raise NotFound()
    return found


def _refuse_to_train(person_id: int) -> None:
    person = people.get(person_id)
    if person.role not in TRAINING_ROLES:
        raise Conflict(_("%(name)s can train a group only with the role trainer or administrator.", name=person.name), code="not_a_trainer")
