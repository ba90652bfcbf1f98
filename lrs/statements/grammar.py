"""Words to write rules with: each builds a checker once, at import; checking is then a chain of plain calls.

A checker takes a parsed value and returns nothing, or raises :class:`Broken`. Members of an object are a table
``name → checker`` or ``name → (checker, topic)``. What a checker was built from stays in ``BUILT``, so that ``compiled`` can write a
faster one that says the same.
"""

from collections.abc import Callable
from math import isfinite
from typing import NamedTuple

from lrs.statements.errors import Broken
from lrs.statements.parse import check_depth

_MOST, _LONGEST = 16_384, 512
Checker = Callable[[object], None]


class Built(NamedTuple):
    """The word a checker was built with, and what it was given."""

    word: str
    parts: dict


BUILT: dict[Checker, Built] = {}


def _built(check: Checker, word: str, **parts) -> Checker:
    BUILT[check] = Built(word, parts)
    return check


def text(value) -> None:
    """Any string."""
    if type(value) is not str:
        raise Broken("must be a string", "format")


def boolean(value) -> None:
    if type(value) is not bool:
        raise Broken("must be true or false", "format")


def number(value) -> None:
    if type(value) not in (int, float) or not isfinite(value):
        raise Broken("must be a number", "format")


def whole(value) -> None:
    """A whole number, not below zero."""
    if type(value) is not int or value < 0:
        raise Broken("must be a whole number that is not negative", "format")


def anything(value) -> None:
    """Whatever JSON can say, not nested without end: extensions."""
    if type(value) is dict or type(value) is list:
        check_depth(value)


for _plain in (text, boolean, number, anything):
    _built(_plain, _plain.__name__)


class Good(set):
    """Texts that were found right, because verbs, activities and languages repeat; the long ones are not kept."""

    def learn(self, text: str) -> None:
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self.add(text)


def formatted(holds: Callable[[str], bool], words: str, topic: str, *, repeats: bool = True) -> Checker:
    """A string for which a predicate of ``formats`` holds; ``repeats`` when the same values come again and again."""
    good = Good()

    def check(value) -> None:
        if type(value) is str:
            if value in good:
                return
            if holds(value):
                if repeats:
                    good.learn(value)
                return
        raise Broken(f"must be {words}", topic)

    return _built(check, "formatted", holds=holds, good=good if repeats else None)


def one_of(*allowed: str) -> Checker:
    words = " or ".join(f'"{a}"' for a in allowed)
    choices = frozenset(allowed)

    def check(value) -> None:
        if type(value) is not str or value not in choices:
            raise Broken(f"must be {words}", "format")

    return _built(check, "one_of", choices=choices)


def keyed(key_holds: Callable[[str], bool], key_words: str, item: Checker, topic: str) -> Checker:
    """An object with keys of one format and values of one kind: language maps, extensions."""
    good = Good()

    def check(value) -> None:
        if type(value) is not dict:
            raise Broken("must be an object", topic)
        for key, inner in value.items():
            if key not in good:
                if not key_holds(key):
                    raise Broken(f"has the key {key[:100]!r}, which is not {key_words}", topic)
                good.learn(key)
            if item is text and type(inner) is str:
                continue
            try:
                item(inner)
            except Broken as broken:
                broken.inside(key, topic)
                raise

    return _built(check, "keyed", holds=key_holds, good=good, item=item)


def array(item: Checker, *, at_least: int = 0) -> Checker:
    def check(value) -> None:
        if type(value) is not list:
            raise Broken("must be an array", "format")
        if len(value) < at_least:
            raise Broken(f"must have at least {at_least} element", "format")
        position = 0
        try:
            for inner in value:
                item(inner)
                position += 1
        except Broken as broken:
            broken.inside(position)
            raise

    return _built(check, "array", item=item, at_least=at_least)


def one_or_many(item: Checker) -> Checker:
    """One such value, or an array of them."""
    many = array(item)

    def check(value) -> None:
        (many if type(value) is list else item)(value)

    return _built(check, "one_or_many", item=item, many=many)


def by_type(choices: dict[str, Checker], *, without: str, topic: str, otherwise: Checker | None = None) -> Checker:
    """An object whose ``objectType`` chooses its rules; ``without`` one it is of that type. An unknown type is wrong, or ``otherwise``."""

    def check(value) -> None:
        kind = value.get("objectType", without) if type(value) is dict else without
        rule = choices.get(kind, otherwise) if type(kind) is str else otherwise
        if rule is None:
            raise Broken(f"has an objectType that is none of {', '.join(choices)}", topic)
        rule(value)

    return _built(check, "by_type", choices=choices, without=without, otherwise=otherwise)


def shape(name: str, topic: str, members: dict, *, required: tuple[str, ...] = (), also: tuple[Checker, ...] = ()) -> Checker:
    """An object with exactly these members, some required, and further rules about it as a whole."""
    table = {key: rule[0] if isinstance(rule, tuple) else rule for key, rule in members.items()}
    topics = {key: rule[1] for key, rule in members.items() if isinstance(rule, tuple)}
    lookup = table.get

    def check(value) -> None:
        if type(value) is not dict:
            raise Broken(f"must be an object ({name})", topic)
        key = ""
        try:
            for key, inner in value.items():
                rule = lookup(key)
                if rule is None:
                    raise Broken(_unknown(key, name, table), topic)
                rule(inner)
        except Broken as broken:
            broken.inside(key[:100], topics.get(key, topic))
            raise
        for key in required:
            if key not in value:
                raise Broken(f'has no "{key}", which {name} needs', topics.get(key, topic))
        for rule in also:
            rule(value)

    return _built(check, "shape", members=table, required=required, also=also)


def _unknown(key: str, name: str, table: dict) -> str:
    for known in table:
        if known.lower() == key.lower():
            return f'is not a property of {name}; write it "{known}"'
    return f"is not a property of {name}"
