"""How often a key may ask: as many requests at once as it may send in a minute, then one whenever its share of a minute has passed.

What is counted lies in one small file of the data folder, eight bytes for each key, locked for the blink of a read and a write. So all
processes of a machine count together, no request writes to the database, and a restart forgets nothing. Several machines that share a
database count each for itself, unless they share the data folder too.
"""

import fcntl
import logging
import os
import struct
import threading
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger("colloquium.credentials")
WINDOW = 60_000_000  # microseconds
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CELL = struct.Struct("<q")


def admitted(full_at: int, *, per_minute: int, now: int) -> tuple[int, int]:
    """(the new value of the cell, 0) when the request may go on; (the value as it was, seconds to wait) when not.

    The cell holds the moment at which the key will have its full share again, in microseconds like ``now``. One that lies further
    ahead than a minute was written by a clock that has since been set back: it is not believed.
    """
    share = WINDOW // per_minute
    begin = now if full_at < now or full_at > now + WINDOW + share else full_at
    beyond = begin + share - now - WINDOW
    return (begin + share, 0) if beyond <= 0 else (full_at, -(-beyond // 1_000_000))


class Meter:
    """The cells of one installation, by the number of the key's row."""

    def __init__(self, path: Path):
        self._path = path
        self._thread = threading.Lock()
        self._file: int | None = None

    def take(self, number: int, *, per_minute: int, at: datetime) -> int:
        """Count a request of a key; answers 0, or for how many seconds it must wait. A disk that cannot be written lets it pass."""
        moment = (at - _EPOCH) // (at.resolution)
        try:
            with self._thread:
                return self._take(number * _CELL.size, per_minute, moment)
        except OSError as error:
            log.warning("the rate of a key could not be counted: %s", error)
            return 0

    def _take(self, place: int, per_minute: int, moment: int) -> int:
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.lockf(self._file, fcntl.LOCK_EX, _CELL.size, place)
        try:
            known = os.pread(self._file, _CELL.size, place)
            full_at = _CELL.unpack(known)[0] if len(known) == _CELL.size else 0
            full_at, wait = admitted(full_at, per_minute=per_minute, now=moment)
            if not wait:
                os.pwrite(self._file, _CELL.pack(full_at), place)
            return wait
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN, _CELL.size, place)
