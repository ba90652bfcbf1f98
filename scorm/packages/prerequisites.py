"""What must be done before a part may be opened: SCORM 1.2's ``adlcp:prerequisites`` in aicc_script (CAM 2.3.5.4, AICC CMI001 4.7).

A script becomes a condition, a tree of JSON lists about parts that can be launched (chapters are spelt out), so that server and
player read it alike:

    ["done", part]               passed or completed
    ["is", part, status]         passed, completed, failed, incomplete or not attempted
    ["not", condition]
    ["of", n, condition, …]      at least n of these: and is all of them, or is one

A condition that cannot be read, or that nobody could ever meet, is no condition: a misreading must not lock anybody out. Pure.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scorm.packages.findings import Findings
from scorm.packages.tree import Node, Organization, Tree

Condition = list
_DONE = ("passed", "completed")
_STATUSES = {"p": "passed", "c": "completed", "f": "failed", "i": "incomplete", "n": "not attempted", "b": "incomplete"}
_WORDS = frozenset({*_STATUSES, *_STATUSES.values(), "browsed", "complete", "not_attempted", "notattempted"})
_OPERATORS = {"and": "&", "or": "|", "not": "~"}
_TOKEN = re.compile(r"""\s+|(?P<sign><>|[&|]+|[~=<>*{}(),])|(?P<quoted>"[^"]*"|'[^']*')|(?P<name>[^\s&|~=<>*{}(),"']+)""")
MOST, DEEPEST, LONGEST = 50_000, 40, 20_000
_PASSES = 50
SILENT = "prerequisites.silent"


class Unreadable(ValueError):
    """The script is no aicc_script; ``part`` is set when it names a part that does not exist."""

    def __init__(self, part: str = ""):
        super().__init__(part)
        self.part = part


@dataclass(slots=True)
class Rules:
    """The conditions of an organization by the identifier of the part, and ``(code, node, values)`` of each that was left out."""

    conditions: dict[str, Condition] = field(default_factory=dict)
    problems: list[tuple[str, Node, dict]] = field(default_factory=list)


def rules_of(organization: Organization) -> Rules:
    """The conditions under which the parts of an organization may be opened; a chapter's holds for all parts in it."""
    found, nodes = Rules(), {node.identifier: node for node in organization.walk()}
    nodes = {identifier.lower(): node for identifier, node in nodes.items()} | nodes
    room = MOST
    stack = [(node, []) for node in reversed(organization.items)]
    while stack:
        node, above = stack.pop()
        own = _own(node, nodes, found) if node.prerequisites else []
        conditions = above + own
        stack.extend((child, conditions) for child in reversed(node.children))
        size = sum(map(_size, conditions)) if node.launch else 0
        room -= size
        if size and room >= 0:
            found.conditions[node.identifier] = _all(conditions)
    _open_what_nobody_reaches(organization, found)
    return found


def note_silence(tree: Tree, findings: Findings) -> None:
    """Say so when parts wait for others in a package of which nothing reports that a part is done: they would wait for ever."""
    mute = any(finding.code == "file.no_api" for finding in findings)
    if mute and any(rules_of(organization).conditions for organization in tree.organizations):
        findings.add(SILENT)


def holds(condition: Condition | None, status: Callable[[str], str]) -> bool:
    """Whether a condition is met; ``status(part)`` answers one of the five statuses."""
    if condition is None:
        return True
    kind, first, *rest = condition
    if kind == "of":
        return sum(holds(one, status) for one in rest) >= first
    if kind == "not":
        return not holds(first, status)
    return status(first) in _DONE if kind == "done" else status(first) == rest[0]


def _own(node: Node, nodes: Mapping[str, Node], found: Rules) -> list[Condition]:
    values = {"title": node.title, "script": node.prerequisites[:200]}
    try:
        condition = parse(node.prerequisites, nodes)
    except Unreadable as problem:
        code = "prerequisites.unknown_part" if problem.part else "prerequisites.unreadable"
        found.problems.append((code, node, {**values, "part": problem.part[:200]} if problem.part else values))
        return []
    return [condition] if condition else []


def _open_what_nobody_reaches(organization: Organization, found: Rules) -> None:
    """Parts that wait for each other, for themselves or for what cannot be opened are freed of their condition."""
    parts = [node for node in organization.walk() if node.launch]
    reached = {node.identifier for node in parts if node.identifier not in found.conditions}
    for _pass in range(_PASSES):
        new = [part for part, condition in found.conditions.items() if part not in reached and True in _possible(condition, reached)]
        if not new:
            break
        reached.update(new)
    for node in parts:
        if node.identifier not in reached:
            del found.conditions[node.identifier]
            found.problems.append(("prerequisites.never", node, {"title": node.title}))


def _possible(condition: Condition, reached: set[str]) -> set[bool]:
    """What a condition can come to when the parts in ``reached`` may be in any status and all others were never attempted."""
    kind, first, *rest = condition
    if kind == "not":
        return {not answer for answer in _possible(first, reached)}
    if kind == "of":
        answers = [_possible(one, reached) for one in rest]
        most, least = sum(True in answer for answer in answers), sum(answer == {True} for answer in answers)
        return {True} if least >= first else {True, False} if most >= first else {False}
    return {True, False} if first in reached else {kind == "is" and rest[0] == "not attempted"}


def _size(condition: Condition) -> int:
    return 1 + sum(_size(part) for part in condition if isinstance(part, list))


def _all(conditions: list[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else ["of", len(conditions), *conditions]


def _some(conditions: list[Condition], at_least: int = 1) -> Condition:
    return conditions[0] if len(conditions) == 1 == at_least else ["of", at_least, *conditions]


# -- the script -------------------------------------------------------------------------------------------------------------------------


def parse(script: str, nodes: Mapping[str, Node]) -> Condition | None:
    """The condition that a script means, None for an empty one; raises :class:`Unreadable`. ``nodes`` by identifier, also in small letters.

    ``~ & | = <> n*{a, b} ( )`` and the words and, or, not. Statuses may be quoted, whole or by their first letter.
    """
    text = script.replace("&amp;", "&").strip()
    if not text:
        return None
    if len(text) > LONGEST:
        raise Unreadable
    reader = _Reader(_tokens(text, nodes), nodes)
    condition = reader.either()
    if reader.rest:
        raise Unreadable
    return condition


def _tokens(text: str, nodes: Mapping[str, Node]) -> list[tuple[str, str]]:
    """``(kind, text)``: kind is sign, quoted or name."""
    tokens, at = [], 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable
        at, kind = found.end(), found.lastgroup
        token = found.group()
        if kind == "name" and token not in nodes and token.lower() in _OPERATORS:
            kind, token = "sign", _OPERATORS[token.lower()]
        if kind:
            tokens.append((kind, token[1:-1] if kind == "quoted" else token[0] if token[0] in "&|" else token))
    return tokens


class _Reader:
    """Reads tokens from the left; each method takes what it is named after."""

    def __init__(self, tokens: list[tuple[str, str]], nodes: Mapping[str, Node]):
        self.rest, self.nodes = tokens[::-1], nodes
        self.depth = self.written = 0

    def took(self, sign: str) -> bool:
        if self.rest and self.rest[-1] == ("sign", sign):
            self.rest.pop()
            return True
        return False

    def must(self, sign: str) -> None:
        if not self.took(sign):
            raise Unreadable

    def either(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable
        parts = [self.both()]
        while self.took("|"):
            parts.append(self.both())
        self.depth -= 1
        return _some(parts)

    def both(self) -> Condition:
        parts = [self.one()]
        while self.took("&"):
            parts.append(self.one())
        return _all(parts)

    def one(self) -> Condition:
        negated = False
        while self.took("~"):
            negated = not negated
        if self.took("("):
            condition = self.either()
            self.must(")")
        elif self.took("{"):
            condition = _all(self.members())
        else:
            condition = self.part()
        return ["not", condition] if negated else condition

    def members(self) -> list[Condition]:
        parts = [self.either()]
        while self.took(","):
            parts.append(self.either())
        self.must("}")
        return parts

    def part(self) -> Condition:
        kind, name = self.rest.pop() if self.rest else ("", "")
        if kind not in ("name", "quoted"):
            raise Unreadable
        if name not in self.nodes and name.isascii() and name.isdigit() and self.took("*"):
            self.must("{")
            return _some(self.members(), min(int(name[:9]), MOST))
        node = self.nodes.get(name) or self.nodes.get(name.lower())
        if node is None:
            raise Unreadable(name)
        if self.took("="):
            return self.stands(node, self.status())
        if self.took("<>"):
            return ["not", self.stands(node, self.status())]
        return self.stands(node, "")

    def status(self) -> str:
        kind, word = self.rest.pop() if self.rest else ("", "")
        word = word.strip().lower()
        if (kind, word) == ("sign", "~") and self.rest and self.rest[-1][1].lower() == "attempted":
            word = f"not {self.rest.pop()[1].lower()}"  # written without quotes
        elif kind not in ("name", "quoted"):
            raise Unreadable
        if word not in _WORDS:
            raise Unreadable
        return _STATUSES[word[0]]

    def stands(self, node: Node, status: str) -> Condition:
        """A part or a chapter in a status, or done where none is named; a chapter adds up from the parts in it."""
        parts = [member.identifier for member in node.walk() if member.launch] or [node.identifier]
        self.written += len(parts)
        if self.written > MOST:
            raise Unreadable
        if len(parts) == 1:
            return ["is", parts[0], status] if status else ["done", parts[0]]
        done, each = _all([["done", part] for part in parts]), [["is", part, status] for part in parts]
        if status == "passed":
            return ["of", 2, done, _some(each)]
        if status == "failed":
            return _some(each)
        if status == "not attempted":
            return _all(each)
        if status == "incomplete":
            untouched, failed = (_status_of(parts, word) for word in ("not attempted", "failed"))
            return ["not", _some([done, _all(untouched), _some(failed)])]
        return done


def _status_of(parts: list[str], status: str) -> list[Condition]:
    return [["is", part, status] for part in parts]
