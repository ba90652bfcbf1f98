"""Statements as they are returned: the kept bytes (``exact``), reduced to identifiers (``ids``) or to one language (``canonical``).

``ids`` and ``canonical`` are one walk with another treatment of activities, verbs and agents (1.0.3 Communication 2.1.3).
"""

from collections.abc import Callable

import orjson
from werkzeug.datastructures import LanguageAccept

from lrs.statements.actors import IDENTIFIERS
from lrs.statements.parse import parse

_MAPS = ("name", "description")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")


def rendered(payload: bytes, form: str, languages: LanguageAccept) -> bytes:
    """One statement in a form: "exact", "ids" or "canonical"."""
    if form == "exact":
        return payload
    return orjson.dumps(_walk(parse(payload), _ids if form == "ids" else _canonical(languages)))


class _Treatment:
    """What happens to the parts that have more than an identity."""

    def __init__(self, *, verb: Callable, activity: Callable, actor: Callable):
        self.verb, self.activity, self.actor = verb, activity, actor


def _walk(statement: dict, t: _Treatment) -> dict:
    out = dict(statement)
    out["actor"], out["verb"], out["object"] = t.actor(out["actor"]), t.verb(out["verb"]), _object(out["object"], t)
    if "authority" in out:
        out["authority"] = t.actor(out["authority"])
    if "context" in out:
        out["context"] = _context(out["context"], t)
    return out


def _object(target: dict, t: _Treatment) -> dict:
    kind = target.get("objectType", "Activity")
    if kind == "Activity":
        return t.activity(target)
    if kind == "SubStatement":
        return _walk(target, t)
    return target if kind == "StatementRef" else t.actor(target)


def _context(context: dict, t: _Treatment) -> dict:
    out = dict(context)
    for name in ("instructor", "team"):
        if name in out:
            out[name] = t.actor(out[name])
    if "contextActivities" in out:
        out["contextActivities"] = {key: [t.activity(a) for a in group] for key, group in out["contextActivities"].items()}
    for name, part in (("contextAgents", "agent"), ("contextGroups", "group")):
        if name in out:
            out[name] = [item | {part: t.actor(item[part])} for item in out[name]]
    return out


def _only_identity(actor: dict) -> dict:
    kept = {key: actor[key] for key in ("objectType", *IDENTIFIERS) if key in actor}
    if "member" in actor and not any(key in actor for key in IDENTIFIERS):
        kept["member"] = [_only_identity(member) for member in actor["member"]]
    return kept


_ids = _Treatment(
    verb=lambda verb: {"id": verb["id"]},
    activity=lambda activity: {key: activity[key] for key in ("objectType", "id") if key in activity},
    actor=_only_identity,
)


def _canonical(languages: LanguageAccept) -> _Treatment:
    def in_one_language(language_map: dict) -> dict:
        if len(language_map) < 2:
            return language_map
        best = languages.best_match(list(language_map)) or next(iter(language_map))
        return {best: language_map[best]}

    def verb(value: dict) -> dict:
        return value | {"display": in_one_language(value["display"])} if "display" in value else value

    def activity(value: dict) -> dict:
        if "definition" not in value:
            return value
        definition = dict(value["definition"])
        for name in _MAPS:
            if name in definition:
                definition[name] = in_one_language(definition[name])
        for name in _COMPONENTS:
            if name in definition:
                definition[name] = [
                    c | {"description": in_one_language(c["description"])} if "description" in c else c for c in definition[name]
                ]
        return value | {"definition": definition}

    return _Treatment(verb=verb, activity=activity, actor=lambda actor: actor)
