"""What agents, verbs and activities of some statements are called, looked up together: three queries however many statements."""

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
    """Names by agent key and by IRI, and the reader's languages in the order they prefer."""

    languages: Sequence[str]
    agents: dict[str, str] = field(default_factory=dict)
    verbs: dict[str, str] = field(default_factory=dict)
    activities: dict[str, str] = field(default_factory=dict)

    def agent(self, agent: dict, most: int = 120) -> str:
        """Its name here, else the one it had last, else its identifier; for an anonymous group nothing."""
        if name := shortened(agent.get("name", ""), most):
            return name
        key = agent_key(agent)
        return (self.agents.get(key) or identifier(key)) if key else ""

    def verb(self, verb: dict, most: int = 80) -> str:
        return shortened(self._chosen(verb["id"], verb.get("display", {}), self.verbs), most)

    def activity(self, activity: dict, most: int = 120) -> str:
        return shortened(self._chosen(activity["id"], activity.get("definition", {}).get("name", {}), self.activities), most)

    def text(self, language_map: dict) -> str:
        """The best text of a language map for this reader."""
        return best(language_map, self.languages)

    def _chosen(self, iri: str, own: dict, known: dict[str, str]) -> str:
        """The statement's own words in the reader's language; what it is called elsewhere; its own words in any; its IRI."""
        last = readable(iri)
        name = known.get(iri, last)
        return in_language(own, self.languages) or (name if name != last else best(own, self.languages) or _tail(iri, last))


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
        agent_names(met[AGENT]),
        names_of(sorted(met[VERB]), kind=VERB, languages=tags),
        names_of(sorted(met[ACTIVITY]), kind=ACTIVITY, languages=tags),
    )


def agent_names(keys: Collection[str]) -> dict[str, str]:
    """Agent key → the name that statements gave it last, where there is one. Two queries."""
    if not keys:
        return {}
    numbers = {number: key for (_kind, key), number in terms.find(db.session.connection(), {(AGENT, key) for key in keys}).items()}
    found = db.session.execute(select(Seen.term_id, Seen.name).where(Seen.term_id.in_(numbers), Seen.name != ""))
    return {numbers[number]: name for number, name in found}


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
