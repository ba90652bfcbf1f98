"""What both databases' ways of appending have in common: what is looked up under the lock, and what is then written."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Look:
    """``generation`` and ``last`` seq of the log (0 when empty); ``known`` payloads by id; ids that are ``doomed``: voided in advance."""

    generation: int | None
    last: int
    known: dict[str, bytes]
    doomed: set[str]


@dataclass(slots=True)
class Rows:
    """Tuples in the order of the columns of ``lrs_statement``, ``lrs_statement_agent``, ``lrs_statement_activity`` and ``lrs_reference``,
    and the ids to be marked as voided, unless their verb is ``voided_verb``: a voiding statement cannot be voided (1.0.3 Data 2.3.2)."""

    statements: list[tuple] = field(default_factory=list)
    agents: list[tuple] = field(default_factory=list)
    activities: list[tuple] = field(default_factory=list)
    references: list[tuple] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    voided_verb: int = 0
