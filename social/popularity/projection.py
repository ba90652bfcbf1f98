"""Fold statements into who is present where, and from that into the totals and sort keys of items."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from accounts.people.models import Person
from catalogue.items.models import Item
from core.db import db
from lrs.statements.entries import Entry
from social.popularity import reading, service
from social.popularity.models import PulseFact, PulsePresence, PulseStep, PulseTotal

Pair = tuple[int, int]


class PopularityProjection:
    """Popularity by item. Folding a statement twice changes nothing; a voided one is taken out again."""

    name = "popularity"

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first."""
        voided = {entry.voids.id for entry in entries if entry.voids is not None}
        pairs = _take_in([e for e in entries if e.id not in voided]) | _take_out(voided)
        service.settle(pairs)
        published = {iri for entry in entries if (iri := reading.published(entry))}
        service.rank({item for item, _person in pairs} | set(_ids(Item.activity_iri, Item.id, published).values()))

    def clear(self) -> None:
        """Forget everything, to be folded again from the beginning of the log."""
        for table in (PulseFact, PulsePresence, PulseTotal, PulseStep):
            db.session.execute(delete(table))
        db.session.execute(update(Item).values(rank_popular=0.0, rank_trending=0.0, rank_all=0.0))


def _take_in(entries: Sequence[Entry]) -> set[Pair]:
    """Keep the acts that are new; answers whose presence with which item they may have changed."""
    read = {entry.id: (entry.seq, found) for entry in entries if (found := reading.read(entry))}
    if not read:
        return set()
    items = _ids(Item.activity_iri, Item.id, {iri for _seq, r in read.values() for iri in r.items})
    people = _ids(Person.uuid, Person.id, {r.person for _seq, r in read.values()})
    known = set(db.session.scalars(select(PulseFact.statement_id).where(PulseFact.statement_id.in_(read))))
    rows = []
    for statement_id, (seq, r) in read.items():
        item, person = next((items[iri] for iri in r.items if iri in items), None), people.get(r.person)
        if item and person and statement_id not in known:
            rows.append(
                {
                    "statement_id": statement_id,
                    "seq": seq,
                    "item_id": item,
                    "person_id": person,
                    "act": r.act,
                    "comment": r.comment,
                    "at": r.at,
                }
            )
    if rows:
        db.session.execute(insert(PulseFact), rows)
    return _touched((row["item_id"], row["person_id"], row["comment"]) for row in rows)


def _take_out(statement_ids: set[str]) -> set[Pair]:
    """Drop acts that were voided; answers whose presence that may have changed."""
    if not statement_ids:
        return set()
    kept = delete(PulseFact).where(PulseFact.statement_id.in_(statement_ids))
    return _touched(db.session.execute(kept.returning(PulseFact.item_id, PulseFact.person_id, PulseFact.comment)).all())


def _touched(acts) -> set[Pair]:
    """Who acted on what; and, where the act is about a comment, who wrote that."""
    acts = list(acts)
    comments = {comment for _item, _person, comment in acts if comment}
    authors = select(PulseFact.item_id, PulseFact.person_id).where(PulseFact.comment.in_(comments), PulseFact.act == "comment")
    written = {(item, person) for item, person in db.session.execute(authors)} if comments else set()
    return {(item, person) for item, person, _comment in acts} | written


def _ids(key, value, wanted: set) -> dict:
    return dict(db.session.execute(select(key, value).where(key.in_(wanted))).all()) if wanted else {}
