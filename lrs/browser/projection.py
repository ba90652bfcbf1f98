"""Fold statements into the names that people search by: of agents, verbs and activities."""

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, insert, select, update

from core.db import db
from lrs.browser.models import NAME_MAX, WORDS_MAX, Seen
from lrs.browser.rules import folded, plain
from lrs.statements import terms
from lrs.statements.entries import Entry
from lrs.statements.keys import agent_key
from lrs.statements.terms import ACTIVITY, AGENT, VERB


class SeenProjection:
    """The last name of each term, and the words by which it is found. A statement without a name leaves the known one."""

    name = "browser-names"

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first; terms that are as they were cost one look."""
        met: dict[terms.Key, list[str]] = {}
        for entry in entries:
            for key, names in _named(entry.statement):
                if names or key not in met:
                    met[key] = names
        _keep(met)

    def clear(self) -> None:
        db.session.execute(delete(Seen))


def _keep(met: dict[terms.Key, list[str]]) -> None:
    numbers = terms.find(db.session.connection(), met)
    known = {row.term_id: row for row in db.session.execute(select(Seen).where(Seen.term_id.in_(numbers.values()))).scalars()}
    fresh, changed = [], []
    for key, number in numbers.items():
        names, row = met[key], known.get(number)
        if row is not None and not names:
            continue
        name, words = _shown(names[0]) if names else "", folded(plain(" ".join([*names, key[1]])))[:WORDS_MAX]
        if row is None:
            fresh.append({"term_id": number, "kind": key[0], "name": name, "words": words})
        elif (row.name, row.words) != (name, words):
            changed.append({"term_id": number, "name": name, "words": words})
    if fresh:
        db.session.execute(insert(Seen), fresh)
    if changed:
        db.session.execute(update(Seen), changed)


def _shown(name: str) -> str:
    return " ".join(plain(name).split())[:NAME_MAX]


def _named(statement: dict) -> Iterator[tuple[terms.Key, list[str]]]:
    """Each term of a statement with the names that are given to it there."""
    yield (VERB, statement["verb"]["id"]), _texts(statement["verb"].get("display"))
    target, context = statement["object"], statement.get("context", {})
    yield from _agents(statement["actor"])
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield _activity(target)
    elif kind in ("Agent", "Group"):
        yield from _agents(target)
    elif kind == "SubStatement":
        for key, names in _named(target):
            if key[0] != VERB:  # the verb of a SubStatement is no term: nothing is found by it
                yield key, names
    for who in ("instructor", "team"):
        if who in context:
            yield from _agents(context[who])
    for group in context.get("contextActivities", {}).values():
        yield from map(_activity, [group] if type(group) is dict else group)


def _activity(activity: dict) -> tuple[terms.Key, list[str]]:
    return (ACTIVITY, activity["id"]), _texts(activity.get("definition", {}).get("name"))


def _agents(actor: dict) -> Iterator[tuple[terms.Key, list[str]]]:
    """An agent or group, then its members."""
    for one in (actor, *actor.get("member", ())):
        if key := agent_key(one):
            yield (AGENT, key), [one["name"]] if one.get("name", "").strip() else []


def _texts(language_map: dict | None) -> list[str]:
    return [text for text in (language_map or {}).values() if text.strip()]
