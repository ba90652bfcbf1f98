"""What the queue promises, in numbers, and what its words mean."""

from datetime import timedelta

LEASE = timedelta(seconds=15)  # a file whose process has died is taken up again after this
HEARTBEAT = 5.0  # seconds
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=10)  # after an error, times the number of attempts
NO_ROOM = timedelta(seconds=30)  # while the disk is full or the database away
KEPT = timedelta(days=30)  # what is finished stays on the pages this long

WAITING, WORKING, DONE, REFUSED, FAILED = STATES = ("waiting", "working", "done", "refused", "failed")
UNFINISHED = (WAITING, WORKING)
MAX_NAME = 300


def name(text: str) -> str:
    """A file's name as it may be kept: with the folders it was chosen in, without what no name holds."""
    return " ".join(text.replace("\x00", "").replace("\\", "/").split())[-MAX_NAME:].lstrip("/") or "package.zip"


def spare(total: int) -> int:
    """Bytes of a disk of that size that uploads leave free, for the database and for imports: a fiftieth, 1 GiB at most."""
    return min(total // 50, 1 << 30)
