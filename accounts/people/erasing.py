"""Forget a person's account: the row stays, so that what was done stays counted, but nothing in it says who it was."""

from collections.abc import Iterable, Iterator
from hashlib import sha1

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select

from accounts.groups.models import Group, Membership
from accounts.links.models import Link
from accounts.people import rules, service
from accounts.people.models import Person
from accounts.sessions import service as sessions
from accounts.sessions.models import Session
from accounts.throttle import service as throttle
from core.db import db
from core.erasure import ERASE, Candidate, Eraser, Step, Subject, account_key


def people_of(subject: Subject) -> list[Person]:
    """The subject's accounts here, whether they still carry their own UUID or the pseudonym already."""
    uuids = subject.uuids()
    return list(db.session.scalars(select(Person).where(Person.uuid.in_([*uuids, *uuids.values()])).order_by(Person.id)))


class AccountEraser(Eraser):
    """Accounts: name, address, password, sessions, links."""

    names = {
        "accounts": _l("Accounts"),
        "sessions": _l("Sessions"),
        "links": _l("One-time links"),
        "groups": _l("Memberships in groups"),
    }

    def find(self, text: str, *, limit: int) -> list[Candidate]:
        wanted = rules.folded(text)
        match = or_(
            Person.name_key.contains(wanted, autoescape=True), Person.email.contains(text.lower(), autoescape=True), Person.uuid == text
        )
        found = db.session.scalars(select(Person).where(match).order_by(Person.name_key).limit(limit))
        return [Candidate(account_key(person.uuid), person.name, person.email) for person in found]

    def identifiers(self) -> Iterable[str]:
        for uuid, email in db.session.execute(select(Person.uuid, Person.email)):
            yield from (account_key(uuid), *_of_address(email))

    def widen(self, subject: Subject) -> Subject:
        """An account is also its e-mail address, in clear or hashed, where a tool names people by it; and the other way round."""
        addresses = [key.removeprefix("mbox mailto:").lower() for key in subject.pseudonyms if key.startswith("mbox mailto:")]
        for uuid in db.session.scalars(select(Person.uuid).where(Person.email.in_(addresses))) if addresses else ():
            subject = subject.with_identifiers(account_key(uuid))
        for person in people_of(subject):
            if person.uuid in subject.uuids():
                subject = subject.with_identifiers(*_of_address(person.email)).with_texts(person.name, person.email)
        return subject

    def describe(self, subject: Subject) -> dict[str, int]:
        ids = [person.id for person in people_of(subject)]
        counts = {"accounts": len(ids)}
        for what, table in (("sessions", Session), ("links", Link), ("groups", Membership)):
            counts[what] = db.session.scalar(select(func.count()).select_from(table).where(table.person_id.in_(ids)))
        return counts

    def export(self, subject: Subject) -> Iterator[dict]:
        for person in people_of(subject):
            groups = select(Group.name).join(Membership, Membership.group_id == Group.id).where(Membership.person_id == person.id)
            yield {
                "part": "account",
                "uuid": person.uuid,
                "name": person.name,
                "email": person.email,
                "role": person.role,
                "language": person.language,
                "created": person.created_at.isoformat(),
                "signed_in": person.signed_in_at.isoformat() if person.signed_in_at else None,
                "groups": sorted(db.session.scalars(groups)),
            }
            for one in sessions.of_person(person.id):
                yield {
                    "part": "session",
                    "since": one.created_at.isoformat(),
                    "seen": one.seen_at.isoformat(),
                    "address": one.address,
                    "browser": one.browser,
                }

    def begin(self, subject: Subject, *, mode: str) -> None:
        """Shut out, signed out, without name and address. Raises Conflict for the only administrator."""
        pseudonyms = subject.uuids()
        for person in people_of(subject):
            if person.uuid not in pseudonyms:
                continue
            if not subject.again:
                service.disable(person)
            person.active = False
            _forget_counters(person)
            db.session.execute(delete(Link).where(Link.person_id == person.id))
            if mode == ERASE:
                db.session.execute(delete(Membership).where(Membership.person_id == person.id))
            sessions.revoke_all(person.id)
            _rename(person, pseudonyms[person.uuid])
        db.session.flush()

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        return Step({"accounts": len(people_of(subject))})


def _of_address(email: str) -> tuple[str, str]:
    return f"mbox mailto:{email}", f"mbox_sha1sum {sha1(f'mailto:{email}'.encode()).hexdigest()}"  # noqa: S324 - xAPI's own kind of key


def _rename(person: Person, pseudonym: str) -> None:
    with force_locale(person.language):
        person.name = _("A former member")
    person.uuid = pseudonym
    person.email = f"{pseudonym}@erased.invalid"  # RFC 2606: a domain that can never receive mail
    person.role, person.password_hash, person.signed_in_at = "learner", None, None


def _forget_counters(person: Person) -> None:
    from accounts.people.views import PER_PERSON
    from accounts.resets.views import PER_ACCOUNT as RESETS
    from accounts.sessions.views import PER_ACCOUNT as SIGN_INS

    throttle.forget(PER_PERSON, person.uuid)
    throttle.forget(RESETS, person.email)
    throttle.forget(SIGN_INS, person.email)
