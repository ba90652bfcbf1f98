"""Parse and check a statement, quickly when its parts are known.

People, verbs and activities come again and again, byte for byte. So a statement is cut into its members, and its context into its own;
an actor, a verb, an object or contextActivities whose bytes have been seen before are neither parsed nor checked again. This way
only ever says "right" or "I do not know": whatever is unusual goes through ``parse`` and the rules as a whole, which also word the
refusal.
"""

import msgspec

from lrs.statements.errors import Broken
from lrs.statements.grammar import Checker
from lrs.statements.parse import parse
from lrs.statements.rules import NEEDED, RULES, Rules

_cut = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_VERSION_DEPENDS = frozenset({"SubStatement", "StatementRef"})
_MOST, _LONGEST = 4096, 2048


class _Seen(dict):
    """bytes → parsed and right; shared, so never changed. Some megabytes at most."""

    def learn(self, raw: bytes, value) -> None:
        if len(raw) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[raw] = value


class _Parts:
    """How an object is put together from members: which repeat, which are objects to be cut themselves."""

    def __init__(self, members: dict[str, Checker], repeating: tuple[str, ...], inner: dict[str, "_Parts"]):
        self.members, self.inner = members, inner
        self.seen = {name: _Seen() for name in repeating}

    def assemble(self, raw: bytes) -> dict:
        """The parsed object. Raises KeyError for an unknown member, Broken for a wrong one, msgspec's errors for bad JSON."""
        whole, length = {}, 1
        for name, part in _cut(raw).items():
            text = bytes(part)
            length += len(name) + len(text) + 4  # "name":text,
            seen = self.seen.get(name)
            if seen is not None:
                value = seen.get(text)
                if value is None:
                    value = self._learnt(name, text, seen)
            elif name in self.inner:
                value = self.inner[name].assemble(text)
            else:
                value = parse(text)
                self.members[name](value)
            whole[name] = value
        if length != len(raw):
            parse(raw)  # not written compactly, or a key stands there twice: this tells
        return whole

    def _learnt(self, name: str, text: bytes, seen: _Seen):
        value = parse(text)
        self.members[name](value)
        if value.get("objectType") not in _VERSION_DEPENDS:
            seen.learn(text, value)
        return value


def _parts(rules: Rules) -> _Parts:
    context = _Parts(rules.context, ("contextActivities", "instructor", "team"), {})
    return _Parts(rules.members, NEEDED, {"context": context})


_PARTS = {version: _parts(rules) for version, rules in RULES.items()}


def recognise(raw: bytes, *, version: str) -> dict:
    """The parsed statement, which is valid; raise :class:`Broken` otherwise. Its parts are shared: do not change them."""
    statement = _quickly(raw, version)
    if statement is None:
        statement = parse(raw)
        RULES[version].check(statement)
    return statement


def _quickly(raw: bytes, version: str) -> dict | None:
    try:
        statement = _PARTS[version].assemble(raw)
        for rule in RULES[version].across:
            rule(statement)
    except (Broken, KeyError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return statement if all(name in statement for name in NEEDED) else None
