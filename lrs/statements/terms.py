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

AGENT, VERB, ACTIVITY = "agent", "verb", "activity"
Key = tuple[str, str]
_MOST = 200_000
_LONGEST = 512


class Terms:
    """The numbers known to this process."""

    def __init__(self):
        self.generation: int | None = None
        self.ids: dict[Key, int] = {}

    def of_generation(self, generation: int) -> "Terms":
        """This cache, emptied when the log has begun a new generation."""
        if generation != self.generation:
            self.ids = {}
            self.generation = generation
        return self

    def learn(self, found: dict[Key, int], generation: int) -> None:
        """Remember committed numbers."""
        if generation != self.generation:
            return
        if len(self.ids) > _MOST:
            self.ids = {}
        self.ids.update((key, number) for key, number in found.items() if len(key[1]) <= _LONGEST)


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


def add(connection: Connection, keys: Iterable[Key]) -> dict[Key, int]:
    """Write new terms, in the order of their digests. Call under the log's lock, with keys that are not there."""
    by_digest = {digest(key): key for key in keys}
    added = dialect_of(connection).add_terms(connection, [(*by_digest[d], d) for d in sorted(by_digest)])
    return {by_digest[bytes(d)]: number for d, number in added.items()}


def dialect_of(connection: Connection) -> ModuleType:
    """The statements of this connection's database."""
    return log_postgresql if connection.dialect.name == "postgresql" else log_sqlite
