"""The rules once more, compiled: one generated function for each shape, which only says yes or no.

Walking the tables costs a call for each value. Here the same tables (``grammar.BUILT``) are written out as plain Python at import:
members are fetched by name, counted against the size of the object, and simple values are tested on the spot. A no says nothing more; the
tables are then walked to find path, rule and clause. A test lets both answer the same questions.
"""

from collections.abc import Callable
from itertools import count
from math import isfinite

from lrs.statements.errors import Broken
from lrs.statements.grammar import BUILT, Checker
from lrs.statements.rules import STATEMENT

_TESTS = {
    "text": "type({v}) is not str",
    "boolean": "type({v}) is not bool",
    "number": "type({v}) is not int and (type({v}) is not float or not isfinite({v}))",
}
_ABSENT = object()


class _Writer:
    """Collects the source of the functions and the names it uses."""

    def __init__(self):
        self.names: dict[str, object] = {"isfinite": isfinite, "ABSENT": _ABSENT}
        self.functions: list[str] = []
        self._shapes: dict[Checker, str] = {}
        self._numbers = count()

    def name(self, value: object, prefix: str) -> str:
        """A name by which the source can use a value."""
        name = f"{prefix}{next(self._numbers)}"
        self.names[name] = value
        return name

    def fail_unless(self, check: Checker, v: str) -> list[str]:
        """Lines that return False unless the checker would take the value named ``v``."""
        if check not in BUILT:
            return [f"{self.name(check, 'check')}({v})"]
        word, parts = BUILT[check]
        if word == "anything":
            return [f"if type({v}) is dict or type({v}) is list: {self.name(check, 'check')}({v})"]
        if word in _TESTS:
            return [f"if {_TESTS[word].format(v=v)}: return False"]
        if word == "shape":
            return [f"if not {self.shape(check)}({v}): return False"]
        return getattr(self, f"_{word}")(v, **parts)

    def _formatted(self, v: str, holds, good) -> list[str]:
        test = f"type({v}) is not str or not {self.name(holds, 'holds')}({v})"
        if good is None:
            return [f"if {test}: return False"]
        known = self.name(good, "good")
        return [f"if {v} not in {known}:", f"    if {test}: return False", f"    {known}.learn({v})"]

    def _one_of(self, v: str, choices) -> list[str]:
        return [f"if {v} not in {self.name(choices, 'choices')}: return False"]

    def _keyed(self, v: str, holds, good, item: Checker) -> list[str]:
        key, inner = f"k{next(self._numbers)}", f"v{next(self._numbers)}"
        body = [*self._formatted(key, holds, good), *self.fail_unless(item, inner)]
        return [f"if type({v}) is not dict: return False", f"for {key}, {inner} in {v}.items():", *_indented(body)]

    def _array(self, v: str, item: Checker, at_least: int) -> list[str]:
        inner = f"v{next(self._numbers)}"
        test = f"type({v}) is not list" + (f" or len({v}) < {at_least}" if at_least else "")
        return [f"if {test}: return False", f"for {inner} in {v}:", *_indented(self.fail_unless(item, inner))]

    def _one_or_many(self, v: str, item: Checker, many: Checker) -> list[str]:
        one, more = self.fail_unless(item, v), self.fail_unless(many, v)
        return [f"if type({v}) is list:", *_indented(more), "else:", *_indented(one)]

    def _by_type(self, v: str, choices: dict[str, Checker], without: str, otherwise: Checker | None) -> list[str]:
        lines = [f"if type({v}) is not dict: return False", f"kind = {v}.get('objectType', {without!r})"]
        for number, (kind, check) in enumerate(choices.items()):
            lines += [f"{'elif' if number else 'if'} kind == {kind!r}:", *_indented(self.fail_unless(check, v))]
        last = ["return False"] if otherwise is None else self.fail_unless(otherwise, v)
        return [*lines, "else:", *_indented(last)]

    def shape(self, check: Checker) -> str:
        """The name of the function for a shape, which is written when it is first asked for."""
        if check not in self._shapes:
            parts = BUILT[check].parts
            name = self._shapes[check] = f"shape{next(self._numbers)}"
            lines = ["if type(v) is not dict: return False", "get, n = v.get, 0"]
            for member, inner in parts["members"].items():
                body = ["n += 1", *self.fail_unless(inner, "x")]
                lines += [f"x = get({member!r}, ABSENT)", "if x is not ABSENT:", *_indented(body)]
                if member in parts["required"]:
                    lines += ["else: return False"]
            lines += ["if n != len(v): return False", *(f"{self.name(rule, 'also')}(v)" for rule in parts["also"]), "return True"]
            self.functions.append("\n".join([f"def {name}(v):", *_indented(lines)]))
        return self._shapes[check]


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def compiled(check: Checker) -> Callable[[object], bool]:
    """A function that answers whether a checker built from a shape would take a value."""
    writer = _Writer()
    name = writer.shape(check)
    exec("\n\n".join(writer.functions), writer.names)  # noqa: S102 - our own tables, written out at import
    quick = writer.names[name]

    def holds(value) -> bool:
        try:
            return quick(value)
        except (Broken, TypeError):  # a rule across members, or something unhashable where a string belongs
            return False

    return holds


HOLDS = {version: compiled(check) for version, check in STATEMENT.items()}


def require(statement, version: str) -> None:
    """Raise :class:`Broken` unless the parsed value is a valid statement of the version, "1.0.3" or "2.0.0"."""
    if not HOLDS[version](statement):
        STATEMENT[version](statement)
