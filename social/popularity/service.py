"""From facts to presence, from presence to totals, from totals to sort keys; and the two rounds that keep them true.

A total grows by what a new act adds; where something was taken back it is counted again from its rows (rules.Total).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, func, insert, select, tuple_, update

from accounts.people.models import Person
from catalogue.items.models import Item
from core.clock import now
from core.db import db
from social.popularity import rules
from social.popularity.models import PulseExcluded, PulseFact, PulsePresence, PulseStep, PulseTotal

Pair = tuple[int, int]
Presence = dict[str, datetime]
SMALL_CATALOGUE = 300
MEASURE_EVERY = timedelta(minutes=1)


def settle(pairs: set[Pair]) -> None:
    """Bring presence and totals of these (item, person) pairs in line with the facts."""
    if not pairs:
        return
    before, after = _presence(pairs), _from_facts(pairs)
    _write_presence(before, after)
    owners = dict(db.session.execute(select(Item.id, Item.owner_id).where(Item.id.in_({item for item, _ in pairs}))).all())
    excluded = set(db.session.scalars(select(PulseExcluded.person_id).where(PulseExcluded.person_id.in_({p for _, p in pairs}))))
    totals, shrunk = _totals(owners), set()
    changed = set()
    for item, person in sorted(pairs):
        if person == owners.get(item) or person in excluded:
            continue
        old, new = (rules.shares(_seconds(found[item, person])) for found in (before, after))
        for kind in rules.KINDS:
            if old.get(kind) == new.get(kind):
                continue
            grown = totals[item, kind].grown(old.get(kind), new[kind]) if kind in new else None
            if grown is None:
                shrunk.add((item, kind))
            else:
                totals[item, kind] = grown
                changed.add((item, kind))
    _write_totals({key: totals[key] for key in changed - shrunk} | {key: _count(*key) for key in shrunk})


def _presence(pairs: set[Pair]) -> dict[Pair, Presence]:
    found: dict[Pair, Presence] = defaultdict(dict)
    rows = select(PulsePresence.item_id, PulsePresence.person_id, PulsePresence.kind, PulsePresence.at)
    for item, person, kind, at in db.session.execute(rows.where(tuple_(PulsePresence.item_id, PulsePresence.person_id).in_(pairs))):
        found[item, person][kind] = at
    return found


def _from_facts(pairs: set[Pair]) -> dict[Pair, Presence]:
    """The latest launch, completion and standing comment, and since when it is liked."""
    found: dict[Pair, Presence] = defaultdict(dict)
    mine = tuple_(PulseFact.item_id, PulseFact.person_id).in_(pairs)
    latest = select(PulseFact.item_id, PulseFact.person_id, PulseFact.act, func.max(PulseFact.at))
    grouped = latest.where(mine, PulseFact.act.in_(("launch", "complete"))).group_by(PulseFact.item_id, PulseFact.person_id, PulseFact.act)
    for item, person, act, at in db.session.execute(grouped):
        found[item, person][act] = at
    for (item, person), at in _talking(mine).items():
        found[item, person]["comment"] = at
    for (item, person), at in _liking(mine).items():
        found[item, person]["like"] = at
    return found


def _talking(mine) -> dict[Pair, datetime]:
    """The latest comment of each pair that was neither deleted nor hidden."""
    written = select(PulseFact.item_id, PulseFact.person_id, PulseFact.comment, PulseFact.at).where(mine, PulseFact.act == "comment")
    comments = db.session.execute(written).all()
    gone = _gone({row.comment for row in comments})
    found: dict[Pair, datetime] = {}
    for item, person, comment, at in comments:
        if comment not in gone:
            found[item, person] = max(at, found.get((item, person), at))
    return found


def _gone(comments: set[str]) -> set[str]:
    """Those whose last word is that they were deleted, or that they were hidden."""
    last: dict[tuple[str, bool], tuple] = {}
    acts = select(PulseFact.comment, PulseFact.act, PulseFact.at, PulseFact.seq)
    care = acts.where(PulseFact.comment.in_(comments), PulseFact.act.in_(("delete", "restore", "hide", "show")))
    for comment, act, at, seq in db.session.execute(care) if comments else ():
        key = (comment, act in ("delete", "restore"))
        last[key] = max(last.get(key, (at, seq, act)), (at, seq, act))
    return {comment for (comment, _), (_at, _seq, act) in last.items() if act in ("delete", "hide")}


def _liking(mine) -> dict[Pair, datetime]:
    likes, unlikes = defaultdict(list), defaultdict(list)
    rows = select(PulseFact.item_id, PulseFact.person_id, PulseFact.act, PulseFact.at, PulseFact.seq)
    for item, person, act, at, seq in db.session.execute(rows.where(mine, PulseFact.act.in_(("like", "unlike")))):
        (likes if act == "like" else unlikes)[item, person].append((at, seq))
    since = {pair: rules.liked_since(found, unlikes[pair]) for pair, found in likes.items()}
    return {pair: at for pair, at in since.items() if at is not None}


def _write_presence(before: dict[Pair, Presence], after: dict[Pair, Presence]) -> None:
    gone, fresh = [], []
    for pair in {*before, *after}:
        old, new = before.get(pair, {}), after.get(pair, {})
        gone += [(pair[0], kind, pair[1]) for kind in old if old[kind] != new.get(kind)]
        fresh += [{"item_id": pair[0], "person_id": pair[1], "kind": kind, "at": new[kind]} for kind in new if new[kind] != old.get(kind)]
    if gone:
        key = tuple_(PulsePresence.item_id, PulsePresence.kind, PulsePresence.person_id)
        db.session.execute(delete(PulsePresence).where(key.in_(gone)).execution_options(synchronize_session=False))
    if fresh:
        db.session.execute(insert(PulsePresence), fresh)


def _seconds(presence: Presence) -> dict[str, float]:
    return {kind: at.timestamp() for kind, at in presence.items()}


def _totals(items: Iterable[int]) -> dict[tuple[int, str], rules.Total]:
    found = defaultdict(lambda: rules.NOBODY)
    columns = select(PulseTotal.item_id, PulseTotal.kind, PulseTotal.people, PulseTotal.weight, PulseTotal.popular, PulseTotal.trending)
    for item, kind, *values in db.session.execute(columns.where(PulseTotal.item_id.in_(items))):
        found[item, kind] = rules.Total(*values)
    return found


def _count(item: int, kind: str) -> rules.Total:
    """One total, exactly, from all rows that count."""
    other = select(PulsePresence.person_id).where(PulsePresence.item_id == item, PulsePresence.kind.in_(("launch", "complete")))
    opened = set(db.session.scalars(other)) if kind == "like" else set()
    counted = (
        select(PulsePresence.person_id, PulsePresence.at)
        .join(Item, Item.id == PulsePresence.item_id)
        .where(PulsePresence.item_id == item, PulsePresence.kind == kind, PulsePresence.person_id.is_distinct_from(Item.owner_id))
        .where(~exists().where(PulseExcluded.person_id == PulsePresence.person_id))
    )
    rows = db.session.execute(counted).all()
    return rules.Total.of(rules.shares({kind: at.timestamp()} | ({"launch": 0.0} if person in opened else {}))[kind] for person, at in rows)


def _write_totals(totals: dict[tuple[int, str], rules.Total]) -> None:
    if not totals:
        return
    db.session.execute(
        delete(PulseTotal).where(tuple_(PulseTotal.item_id, PulseTotal.kind).in_(totals)).execution_options(synchronize_session=False)
    )
    rows = [{"item_id": item, "kind": kind, **vars(total)} for (item, kind), total in totals.items() if total.people]
    if rows:
        db.session.execute(insert(PulseTotal), rows)


def rank(items: set[int]) -> None:
    """Write the sort keys of these items, and in a small catalogue the steps at once."""
    if not items:
        return
    totals, rows = _totals(items), []
    for item, published, created in db.session.execute(select(Item.id, Item.published_at, Item.created_at).where(Item.id.in_(items))):
        ranks = rules.ranks({kind: totals[item, kind] for kind in rules.KINDS}, published=(published or created).timestamp())
        rows.append({"id": item, "rank_popular": ranks.popular, "rank_trending": ranks.trending, "rank_all": ranks.all})
    db.session.execute(update(Item), rows)
    if db.session.scalar(select(func.count()).select_from(select(Item.id).limit(SMALL_CATALOGUE).subquery())) < SMALL_CATALOGUE:
        measure_steps()


def measure_steps() -> None:
    """Find the keys at which the five steps begin, among the items that somebody came to."""
    keys = sorted(
        db.session.scalars(select(Item.rank_popular).where(exists().where(PulseTotal.item_id == Item.id), Item.visibility != "draft"))
    )
    rows = [
        {"step": step, "key": keys[place], "measured_at": now()}
        for step, place in enumerate(rules.step_places(len(keys)), start=2)
        if place < len(keys)
    ]
    db.session.execute(delete(PulseStep))
    if rows:
        db.session.execute(insert(PulseStep), rows)


def exclude_disabled() -> int:
    """Leave out people whose accounts were disabled since the last time, and count those in who are back; answers how many."""
    disabled = set(db.session.scalars(select(Person.id).where(~Person.active)))
    known = set(db.session.scalars(select(PulseExcluded.person_id)))
    if disabled == known:
        return 0
    db.session.execute(delete(PulseExcluded).where(PulseExcluded.person_id.in_(known - disabled)))
    if disabled - known:
        db.session.execute(insert(PulseExcluded), [{"person_id": person} for person in sorted(disabled - known)])
    recount(select(PulsePresence.item_id).where(PulsePresence.person_id.in_(disabled ^ known)).distinct())
    return len(disabled ^ known)


def recount(items) -> None:
    """Count all totals of some items again from their rows, then rank them."""
    found = set(db.session.scalars(items))
    _write_totals({(item, kind): _count(item, kind) for item in found for kind in rules.KINDS})
    rank(found)


def due(measured_at: datetime | None) -> bool:
    """True when the steps were not measured for a while."""
    return measured_at is None or now() - measured_at >= MEASURE_EVERY
