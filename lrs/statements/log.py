"""What both databases' ways of appending have in common: what is looked up under the lock, and what is then written."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Look:
    """``generation`` and ``last`` seq of the log (0 when empty); ``known`` payloads by id; ids that are ``doomed``: voided in advance.

    Of the terms that were asked for by their digests: the numbers of those in the dictionary, and numbers ``reserved`` for the others.
    """

    generation: int | None = None
    last: int = 0
    known: dict[str, bytes] = field(default_factory=dict)
    doomed: set[str] = field(default_factory=set)
    terms: dict[bytes, int] = field(default_factory=dict)
    reserved: dict[bytes, int] = field(default_factory=dict)


@dataclass(slots=True)
class Rows:
    """Tuples in the order of the columns of ``lrs_term``, ``lrs_statement``, ``lrs_statement_agent``, ``lrs_statement_activity`` and
    ``lrs_reference``, and the ids to be marked as voided, unless their verb is ``voided_verb``: a voiding statement cannot be voided
    (1.0.3 Data 2.3.2)."""

    terms: list[tuple[int, str, str, bytes]] = field(default_factory=list)
    statements: list[tuple] = field(default_factory=list)
    agents: list[tuple] = field(default_factory=list)
    activities: list[tuple] = field(default_factory=list)
    references: list[tuple] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    voided_verb: int = 0
