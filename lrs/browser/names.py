"""What agents, verbs and activities of some statements are called, looked up together: four queries however many statements.

What things are called is for ``lrs.definitions`` to say, which hears only those who may define. Where it knows nothing, the name that a
statement gave last is better than the end of an IRI.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from flask import request
from sqlalchemy import select

from core.db import db
from core.i18n import current_language
from lrs.browser.models import Seen
from lrs.browser.rules import shortened
from lrs.browser.words import identifier
from lrs.definitions.names import best, names_of
from lrs.definitions.rules import in_language, readable
from lrs.statements import terms
from lrs.statements.formats import is_uuid
from lrs.statements.keys import agent_key
from lrs.statements.terms import ACTIVITY, AGENT, VERB


@dataclass(frozen=True)
class Names:
    """Names by IRI, the names that statements gave last by kind and text, and the reader's languages in the order they prefer."""

    languages: Sequence[str]
    verbs: dict[str, str] = field(default_factory=dict)
    activities: dict[str, str] = field(default_factory=dict)
    last: dict[terms.Key, str] = field(default_factory=dict)

    def agent(self, agent: dict, most: int = 120) -> str:
        """Its name here, else the one it had last, else its identifier; for an anonymous group nothing."""
        if name := shortened(agent.get("name", ""), most):
            return name
        key = agent_key(agent)
        return self.of_key(key) if key else ""

    def of_key(self, key: str) -> str:
        """The name that an agent had last, else its identifier."""
        return self.last.get((AGENT, key)) or identifier(key)

    def verb(self, verb: dict, most: int = 80) -> str:
        return shortened(self._chosen(VERB, verb["id"], verb.get("display", {}), self.verbs), most)

    def activity(self, activity: dict, most: int = 120) -> str:
        return shortened(self._chosen(ACTIVITY, activity["id"], activity.get("definition", {}).get("name", {}), self.activities), most)

    def text(self, language_map: dict) -> str:
        """The best text of a language map for this reader."""
        return best(language_map, self.languages)

    def _chosen(self, kind: str, iri: str, own: dict, known: dict[str, str]) -> str:
        """The statement's own words in the reader's language; what it is called elsewhere; its own words in any; the last name; its IRI."""
        end = readable(iri)
        name = known.get(iri, end)
        if chosen := in_language(own, _for(kind, self.languages)) or (name if name != end else best(own, self.languages)):
            return chosen
        return self.last.get((kind, iri)) or _tail(iri, end)


def _for(kind: str, tags: Sequence[str]) -> Sequence[str]:
    """A verb stands in the middle of a sentence of the page, so a word of the page's language comes before the reader's second one."""
    return tags[:1] if kind == VERB else tags


def _tail(iri: str, last: str) -> str:
    """The last part of an IRI; what stands before a UUID says more than the UUID: ``comment 644b6cfa``."""
    parts = iri.rstrip("/").rsplit("/", 2)
    if len(parts) < 3 or not is_uuid(parts[2]):
        return last
    return f"{readable(parts[1])} {parts[2][:8]}"


def languages() -> list[str]:
    """The language of the page, then what the browser asks for."""
    return list(dict.fromkeys([current_language(), *request.accept_languages.values()]))[:10]


def of(statements: Iterable[dict], *, also: Iterable[terms.Key] = ()) -> Names:
    """The names of everything in these statements, and of further terms."""
    met: dict[str, set[str]] = {AGENT: set(), VERB: set(), ACTIVITY: set()}
    for kind, text in also:
        met[kind].add(text)
    for statement in statements:
        for kind, text in _met(statement):
            met[kind].add(text)
    tags = languages()
    return Names(
        tags,
        names_of(sorted(met[VERB]), kind=VERB, languages=_for(VERB, tags)),
        names_of(sorted(met[ACTIVITY]), kind=ACTIVITY, languages=tags),
        _last({(kind, text) for kind, texts in met.items() for text in texts}),
    )


def _last(keys: set[terms.Key]) -> dict[terms.Key, str]:
    if not keys:
        return {}
    numbers = {number: key for key, number in terms.find(db.session.connection(), keys).items()}
    found = db.session.execute(select(Seen.term_id, Seen.name).where(Seen.term_id.in_(numbers), Seen.name != ""))
    return {numbers[number]: name for number, name in found}


def agent_names(keys: Collection[str]) -> dict[str, str]:
    """Agent key → the name that statements gave it last, where there is one. Two queries."""
    return {key: name for (_kind, key), name in _last({(AGENT, key) for key in keys}).items()}


def _met(statement: dict) -> Iterator[terms.Key]:
    """The terms of a statement whose names a page shows."""
    yield VERB, statement["verb"]["id"]
    target, context = statement["object"], statement.get("context", {})
    for agent in (statement["actor"], *_members(statement["actor"]), statement.get("authority"), context.get("instructor")):
        if agent and (key := agent_key(agent)):
            yield AGENT, key
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        yield ACTIVITY, target["id"]
    elif kind == "SubStatement":
        yield from _met(target)
    elif kind in ("Agent", "Group") and (key := agent_key(target)):
        yield AGENT, key
    for group in context.get("contextActivities", {}).values():
        for activity in [group] if type(group) is dict else group:
            yield ACTIVITY, activity["id"]


def _members(actor: dict) -> Sequence[dict]:
    return actor.get("member", ())[:20]
