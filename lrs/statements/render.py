"""Statements as they are returned: the kept bytes (``exact``), reduced to identifiers (``ids``), or with canonical definitions in one
language (``canonical``). 1.0.3 Communication 2.1.3.

``ids`` and ``canonical`` are one walk over the bytes with another treatment of activities, verbs and agents. What they do not change,
results and extensions above all, stays as it was written.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
import orjson
from werkzeug.datastructures import LanguageAccept

from lrs.statements.actors import IDENTIFIERS

_MAPS = ("name", "description")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")
_raw_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
Treatment = Callable[[bytes], bytes]


@dataclass(slots=True)
class Known:
    """What activities and verbs are called here: canonical definitions and displays by IRI."""

    definitions: Mapping[str, dict] = field(default_factory=dict)
    displays: Mapping[str, dict[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Walk:
    """What happens to the parts that have more than an identity."""

    verb: Treatment
    activity: Treatment
    actor: Treatment

    def statement(self, raw: bytes) -> bytes:
        """A statement or SubStatement."""
        return self._changed(
            raw, {"actor": self.actor, "verb": self.verb, "object": self._object, "context": self._context, "authority": self.actor}
        )

    def _object(self, raw: bytes) -> bytes:
        kind = orjson.loads(_members(raw).get("objectType", b'"Activity"'))
        if kind == "Activity":
            return self.activity(raw)
        if kind == "SubStatement":
            return self.statement(raw)
        return raw if kind == "StatementRef" else self.actor(raw)

    def _context(self, raw: bytes) -> bytes:
        def groups(value: bytes) -> bytes:
            return _joined({key: self._each(group, self.activity) for key, group in _members(value).items()})

        def with_part(part: str) -> Treatment:
            return lambda value: self._each(value, lambda item: self._changed(item, {part: self.actor}))

        parts = {"instructor": self.actor, "team": self.actor, "contextActivities": groups}
        return self._changed(raw, parts | {"contextAgents": with_part("agent"), "contextGroups": with_part("group")})

    @staticmethod
    def _changed(raw: bytes, treatments: Mapping[str, Treatment]) -> bytes:
        members = _members(raw)
        for name, treat in treatments.items():
            if name in members:
                members[name] = treat(members[name])
        return _joined(members)

    @staticmethod
    def _each(raw: bytes, treat: Treatment) -> bytes:
        return b"[" + b",".join(treat(bytes(one)) for one in _elements(raw)) + b"]"


def ids(payload: bytes) -> bytes:
    """A kept statement with nothing but identifiers in its agents, verbs and activities."""
    return _IDS.statement(payload)


def canonical(payload: bytes, known: Known, languages: LanguageAccept) -> bytes:
    """A kept statement with canonical definitions and displays, and everywhere the one language that the reader likes best."""
    one = _OneLanguage(known, languages)
    return _Walk(verb=one.verb, activity=one.activity, actor=lambda raw: raw).statement(payload)


def mentioned(payload: bytes, activities: set[str], verbs: set[str]) -> None:
    """Add the IRIs of a kept statement's activities and verbs to these sets."""

    def note(found: set[str]) -> Treatment:
        def noted(raw: bytes) -> bytes:
            found.add(orjson.loads(_members(raw)["id"]))
            return raw

        return noted

    _Walk(verb=note(verbs), activity=note(activities), actor=lambda raw: raw).statement(payload)


def _members(raw: bytes) -> dict[str, bytes]:
    return {key: bytes(value) for key, value in _raw_members(raw).items()}


def _joined(members: Mapping[str, bytes]) -> bytes:
    return b"{" + b",".join(orjson.dumps(key) + b":" + value for key, value in members.items()) + b"}"


def _only_id(raw: bytes) -> bytes:
    return b'{"id":%s}' % _members(raw)["id"]


def _only_identity(raw: bytes) -> bytes:
    return orjson.dumps(_identity(orjson.loads(raw)))


def _identity(actor: dict) -> dict:
    kept = {key: actor[key] for key in ("objectType", *IDENTIFIERS) if key in actor}
    if "member" in actor and not any(key in actor for key in IDENTIFIERS):
        kept["member"] = [_identity(member) for member in actor["member"]]
    return kept


_IDS = _Walk(verb=_only_id, activity=_only_id, actor=_only_identity)


class _OneLanguage:
    """Canonical verbs and activities for a reader."""

    def __init__(self, known: Known, languages: LanguageAccept):
        self._known, self._languages = known, languages

    def verb(self, raw: bytes) -> bytes:
        members = _members(raw)
        display = self._known.displays.get(orjson.loads(members["id"])) or orjson.loads(members.get("display", b"{}"))
        if display or "display" in members:
            members["display"] = orjson.dumps(self._one(display))
        return _joined(members)

    def activity(self, raw: bytes) -> bytes:
        members = _members(raw)
        canonical = self._known.definitions.get(orjson.loads(members["id"]))
        if canonical is not None:
            members["definition"] = orjson.dumps(canonical)
        if "definition" in members:
            members["definition"] = self._definition(members["definition"])
        return _joined(members)

    def _definition(self, raw: bytes) -> bytes:
        members = _members(raw)
        for name in _MAPS:
            if name in members:
                members[name] = orjson.dumps(self._one(orjson.loads(members[name])))
        for name in _COMPONENTS:
            if name in members:
                members[name] = orjson.dumps([self._component(component) for component in orjson.loads(members[name])])
        return _joined(members)

    def _component(self, component: dict) -> dict:
        return component | {"description": self._one(component["description"])} if "description" in component else component

    def _one(self, language_map: dict[str, str]) -> dict[str, str]:
        if len(language_map) < 2:
            return language_map
        best = self._languages.best_match(list(language_map)) or next(iter(language_map))
        return {best: language_map[best]}
