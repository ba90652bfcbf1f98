"""How definitions come together, and which of many languages a reader gets; free of any database.

1.0.3 Data 2.4.4.1: whoever has the authority changes the canonical definition; small corrections are taken, significant ones (other
correct responses) are not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

VERB, ACTIVITY = "verb", "activity"
FIRM, LOOSE = frozenset({"system", "define"}), frozenset({"launch"})
COMPONENTS = ("choices", "scale", "source", "target", "steps")
LONGEST = 256 << 10
LONGEST_NAME = 300
_MAPS, _VALUES = ("name", "description"), ("type", "moreInfo")
_INTERACTION = ("interactionType", "correctResponsesPattern", *COMPONENTS)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_PARTS = re.compile(r"[/#?=:]+")


class Said(NamedTuple):
    """What one statement says about an activity (``what`` is a definition) or a verb (a language map)."""

    kind: str
    iri: str
    what: dict


def defines(trust: str) -> bool:
    """True when statements of this trust may say what things are called at all."""
    return trust in FIRM or trust in LOOSE


def said_in(statement: dict) -> Iterator[Said]:
    """Every definition and display of a valid statement and its SubStatement, in the order in which they stand."""
    if display := statement["verb"].get("display"):
        yield Said(VERB, statement["verb"]["id"], display)
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    if kind == "SubStatement":
        yield from said_in(target)
    elif kind == "Activity":
        yield from _said_of(target)
    for group in statement.get("context", {}).get("contextActivities", {}).values():
        for activity in [group] if type(group) is dict else group:
            yield from _said_of(activity)


def _said_of(activity: dict) -> Iterator[Said]:
    if activity.get("definition"):
        yield Said(ACTIVITY, activity["id"], activity["definition"])


def merged(kind: str, known: dict | None, new: dict) -> dict:
    """The canonical form after somebody with the right to define has said something new. ``known`` is left as it is.

    Language maps and extensions come together and the newer text wins; type and moreInfo are replaced; of an interaction only what was
    missing is added, and its components' texts.
    """
    if known is None:
        return dict(new)
    if kind == VERB:
        return known | new
    whole = known | {name: new[name] for name in _VALUES if name in new}
    for name in (*_MAPS, "extensions"):
        if name in new:
            whole[name] = known.get(name, {}) | new[name]
    if new.get("interactionType", known.get("interactionType")) == known.get("interactionType", new.get("interactionType")):
        for name in _INTERACTION:
            if name in new:
                whole[name] = known.get(name, new[name])
        for name in COMPONENTS:
            if name in new and name in known:
                whole[name] = _with_texts(known[name], new[name])
    return whole


def _with_texts(components: Sequence[dict], new: Sequence[dict]) -> list[dict]:
    texts = {c["id"]: c["description"] for c in new if "description" in c}
    return [c | {"description": c.get("description", {}) | texts[c["id"]]} if c["id"] in texts else c for c in components]


def names_in(kind: str, definition: dict) -> dict:
    """The language map by which a reader knows it."""
    return definition if kind == VERB else definition.get("name", {})


def in_language(names: Mapping[str, str], languages: Sequence[str]) -> str | None:
    """The text in one of the reader's languages, exact before kin (``fr`` and ``fr-CA``); None when there is none."""
    usable = [(tag.lower(), text) for tag, text in names.items() if shown(text)]
    for wanted in (language.lower() for language in languages):
        for tag, text in usable:
            if tag == wanted:
                return shown(text)
        root = wanted.partition("-")[0]
        for tag, text in usable:
            if tag.partition("-")[0] == root:
                return shown(text)
    return None


def best(names: Mapping[str, str], languages: Sequence[str]) -> str:
    """The text for a reader: in their languages, else English, else whatever there is; empty when there is nothing."""
    return in_language(names, (*languages, "en")) or next((shown(t) for t in names.values() if shown(t)), "")


def shown(text: str) -> str:
    """One line without invisible controls, which could turn the text around it, and not without end."""
    clean = " ".join(_UNSEEN.sub(" ", text[: LONGEST_NAME * 4]).split())
    return clean if len(clean) <= LONGEST_NAME else clean[: LONGEST_NAME - 1] + "…"


def readable(iri: str) -> str:
    """The last part of an IRI as words: what there is when nobody has said a name."""
    parts = [p for p in _PARTS.split(iri[:4000]) if p]
    return shown(re.sub(r"[-_+]+", " ", unquote(parts[-1])) if parts else iri) or shown(iri)
