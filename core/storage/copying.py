"""From one storage to another: every file, compared by its SHA-256 when it is there. Broken off, it can simply be begun again."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field

from core.errors import Unavailable
from core.storage import Storage

_AT_ONCE = 4
_TOLD = 1_000
_CHUNK = 1 << 20


@dataclass
class Comparison:
    """What was found: how many files are the same, how many of them were copied just now, and the keys of the others."""

    files: int = 0
    bytes: int = 0
    same: int = 0
    copied: int = 0
    missing: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    only_there: list[str] = field(default_factory=list)

    def note(self, key: str, outcome: str, size: int) -> None:
        if outcome == "gone":
            return
        self.files += 1
        self.bytes += size
        self.same += outcome in ("same", "copied")
        self.copied += outcome == "copied"
        if outcome in ("missing", "different"):
            getattr(self, outcome).append(key)

    @property
    def complete(self) -> bool:
        return not self.missing and not self.different

    def as_dict(self) -> dict:
        return asdict(self) | {"complete": self.complete}


def copy(
    source: Storage, target: Storage, *, verify_only: bool = False, progress: Callable[[str], None] = lambda _line: None
) -> Comparison:
    """Bring every file of ``source`` to ``target`` and read it back there; with ``verify_only`` compare alone.

    What is there already and the same is left alone; what is different is replaced; what is only there stays and is told.
    :class:`Unavailable` when one of the two goes away; what was copied until then stays.
    """
    found = Comparison()
    keys = [key for key, _written in source.keys("")]
    there = {key for key, _written in target.keys("")}
    found.only_there = sorted(there.difference(keys))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for start in range(0, len(keys), _TOLD):
            some = keys[start : start + _TOLD]
            outcomes = pool.map(lambda key: _one(source, target, key, key in there, verify_only), some)
            for key, (outcome, size) in zip(some, outcomes, strict=True):
                found.note(key, outcome, size)
            progress(f"{start + len(some)} of {len(keys)} files")
    return found


def _one(source: Storage, target: Storage, key: str, there: bool, verify_only: bool) -> tuple[str, int]:
    try:
        here = _digest(source, key)
    except FileNotFoundError:  # deleted since the list was made
        return "gone", 0
    try:
        if there and _digest(target, key) == here:
            return "same", here[1]
        if verify_only:
            return "different" if there else "missing", here[1]
        with source.open(key) as stream:
            target.put(key, stream)
        return "copied" if _digest(target, key) == here else "different", here[1]
    except FileNotFoundError:
        return "missing", here[1]
    except OSError as error:
        raise Unavailable(f"{key} cannot be written: {error.strerror or error}. Begin again when that is put right.") from error


def _digest(storage: Storage, key: str) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with storage.open(key) as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def tried(storage: Storage) -> Iterator[str]:
    """Write, read and delete a small file, as the installation will have to; what does not work, in words. Nothing: all is well."""
    key = "doctor/probe"
    try:
        incoming = storage.incoming(key)
        incoming.write(b"written by the doctor")
        incoming.finish()
        incoming.keep()
        with storage.open(key) as stream:
            if stream.read() != b"written by the doctor":
                yield "what was written is not what is read"
        if key not in [found for found, _written in storage.keys("doctor/")]:
            yield "what was written is not listed"
        storage.delete(key)
        if storage.exists(key):
            yield "what was deleted is still there"
    except (Unavailable, OSError) as error:
        said = error.message if isinstance(error, Unavailable) else error
        yield f"{said} ({error.__cause__})" if error.__cause__ else str(said)
