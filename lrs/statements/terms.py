"""The dictionary in memory: which number an agent, verb or activity has. Only committed rows are remembered.

The cache belongs to one generation of the log; when the row of ``Log`` says another, it is emptied. Terms are only ever written
under the log's lock, so two writers never wait for each other's new terms.
"""

from collections.abc import Iterable
from hashlib import blake2b
from types import ModuleType

from flask import current_app
from sqlalchemy import Connection

from lrs.statements import log_postgresql, log_sqlite
from lrs.statements.log import Look

AGENT, VERB, ACTIVITY = "agent", "verb", "activity"
Key = tuple[str, str]
_MOST = 200_000
_LONGEST = 512


class Terms:
    """The numbers known to this process: a generation and the dictionary of its terms, always replaced together."""

    def __init__(self):
        self.state: tuple[int | None, dict[Key, int]] = (None, {})

    def learn(self, found: dict[Key, int], generation: int) -> None:
        """Remember committed numbers."""
        ours, ids = self.state
        if generation != ours or len(ids) > _MOST:
            ids = {}
            self.state = (generation, ids)
        ids.update((key, number) for key, number in found.items() if len(key[1]) <= _LONGEST)


class Numbers:
    """The numbers of the terms of one unit of work: what this process remembers, what the look found, what is new.

    Made before the lock is taken, from the memory alone; ``answered`` with the look. ``learned`` may be remembered once it is committed.
    """

    def __init__(self, wanted: set[Key]):
        self.generation, self._known = cache().state
        self._wanted = wanted
        self.asked = self._digests(key for key in wanted if key not in self._known)
        self.learned: dict[Key, int] = {}
        self._new: dict[Key, tuple[int, str, str, bytes]] = {}

    def answered(self, connection: Connection, look: Look) -> None:
        """Take the numbers of the look over. When the log has begun a new generation, everything is looked up again."""
        if look.generation != self.generation and self._known:
            self._known, self.asked = {}, self._digests(self._wanted)
            dialect_of(connection).look_up(connection, list(self.asked), look)
        self.learned = {self.asked[d]: number for d, number in (look.terms | look.reserved).items()}
        self._new = {self.asked[d]: (number, *self.asked[d], d) for d, number in look.reserved.items()}

    def __getitem__(self, key: Key) -> int:
        number = self._known.get(key)
        return self.learned[key] if number is None else number

    def settle(self, needed: set[Key]) -> list[tuple[int, str, str, bytes]]:
        """Rows of ``lrs_term`` for those needed ones that the dictionary lacks, in the order of their digests; the others are dropped."""
        for key in self._new.keys() - needed:
            del self._new[key], self.learned[key]
        return sorted(self._new.values(), key=lambda row: row[3])

    @staticmethod
    def _digests(keys: Iterable[Key]) -> dict[bytes, Key]:
        return {digest(key): key for key in keys}


def cache() -> Terms:
    return current_app.extensions["lrs.terms"]


def digest(key: Key) -> bytes:
    kind, text = key
    return blake2b(f"{kind}\0{text}".encode(), digest_size=16).digest()


def find(connection: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    """The numbers of those keys that the database knows."""
    by_digest = {digest(key): key for key in keys}
    found = dialect_of(connection).find_terms(connection, sorted(by_digest))
    return {by_digest[bytes(d)]: number for d, number in found.items()}


def dialect_of(connection: Connection) -> ModuleType:
    """The statements of this connection's database."""
    return log_postgresql if connection.dialect.name == "postgresql" else log_sqlite
