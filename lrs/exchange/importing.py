"""Import a file of statements in short units of work, so that a long file neither holds the log's lock nor is lost to one bad line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import NamedTuple

from core.db import write
from core.errors import Conflict, TooLarge
from lrs.exchange import foreign
from lrs.exchange.container import Data, NoData
from lrs.exchange.foreign import Vouching
from lrs.exchange.lines import Line
from lrs.exchange.service import CONFLICT, take_in
from lrs.statements.clauses import cite
from lrs.statements.errors import Broken, StatementRefused
from lrs.statements.prepare import Prepared

AT_ONCE = 500
BYTES_AT_ONCE = 8 << 20
BAD = "bad"
TOLD = 100


class Problem(NamedTuple):
    """A line that was not taken in: ``bad`` (``path`` and ``reason`` say why) or ``conflict`` (another statement has its id)."""

    line: int
    outcome: str
    id: str | None
    path: str
    reason: str


@dataclass
class Tally:
    """What became of the lines so far; the first hundred problems are kept, all of them are told to ``tell``."""

    new: int = 0
    there: int = 0
    conflict: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)
    tell: Callable[[Problem], None] = lambda _problem: None

    @property
    def lines(self) -> int:
        return self.new + self.there + self.conflict + self.bad

    @property
    def complete(self) -> bool:
        """True when every line is in the log now."""
        return not (self.conflict or self.bad)

    def add(self, outcome: str, problem: Problem | None = None) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)
        if problem is not None:
            self.tell(problem)
            if len(self.problems) < TOLD:
                self.problems.append(problem)

    def as_dict(self) -> dict:
        counts = {name: getattr(self, name) for name in ("lines", "new", "there", "conflict", "bad")}
        return {**counts, "problems": [p._asdict() for p in self.problems]}


def take(lines: Iterable[Line], vouching: Vouching, tally: Tally, *, data: Data | None = None) -> Iterator[Tally]:
    """Import lines into the log; yields the tally after each unit of work.

    Raises whatever keeps the database from writing; what was told as new by then stays, and the same file may be given again.
    """
    for some in _together(lines):
        with ExitStack() as arrivals:
            checked: list[tuple[int, Prepared]] = []
            problems = []
            for line in some:
                try:
                    checked.append((line.number, _prepared(line, vouching, data or NoData(), arrivals)))
                except Broken as broken:
                    problems.append(_bad(line, broken))
                except (StatementRefused, TooLarge) as refused:
                    fields = refused.fields or {"path": "$", "rule": str(refused.message)}
                    problems.append(Problem(line.number, BAD, None, fields["path"], fields["rule"]))
            outcomes = _outcomes([prepared for _number, prepared in checked]) if checked else []
        _count(tally, checked, outcomes, problems)
        yield tally


def _prepared(line: Line, vouching: Vouching, data: Data, arrivals: ExitStack) -> Prepared:
    if line.raw is None:
        raise Broken("is longer than a statement may be")
    if line.number == 1 and line.raw.startswith(b"["):
        raise Broken("begins an array; a file of statements has one statement on each line", "format")
    prepared = foreign.prepare(line.raw, vouching)
    return data.given_to(prepared, arrivals) if prepared.declared else prepared


def _count(tally: Tally, checked: Sequence[tuple[int, Prepared]], outcomes: Sequence[str], problems: list[Problem]) -> None:
    reason = "another statement has this id; statements cannot be changed"
    for (number, prepared), outcome in zip(checked, outcomes, strict=True):
        if outcome == CONFLICT:
            problems.append(Problem(number, CONFLICT, prepared.id, "$.id", reason))
        else:
            tally.add(outcome)
    for problem in sorted(problems):
        tally.add(problem.outcome, problem)


def _outcomes(statements: Sequence[Prepared], tries: int = 5) -> list[str]:
    """Store them; when another writer took one of the ids at the same moment, look again."""
    while True:
        try:
            with write():
                return take_in(statements=statements)
        except Conflict:
            tries -= 1
            if not tries:
                raise


def _bad(line: Line, broken: Broken) -> Problem:
    clause = cite(broken.topic, "1.0.3")
    return Problem(line.number, BAD, None, broken.path, f"{broken.rule} ({clause})" if clause else broken.rule)


def _together(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """So many lines at a time that a unit of work stays short and its bytes fit into memory."""
    some: list[Line] = []
    size = 0
    for line in lines:
        some.append(line)
        size += len(line.raw or b"")
        if len(some) >= AT_ONCE or size >= BYTES_AT_ONCE:
            yield some
            some, size = [], 0
    if some:
        yield some
