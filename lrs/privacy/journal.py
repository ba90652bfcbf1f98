"""The journal of erasures: digests that only this installation can compute, in a table and in a file beside the database.

The file is what a restored database does not bring with it: an older backup knows nothing of what was erased after it was taken.
It holds no identifier: BLAKE2b-256 under a key that lies beside it. Whoever has file and key can test whether a given person was
erased, not read who was.
"""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from flask import current_app

FILE, KEY = "erasures.jsonl", "erasures.key"


class Entry(NamedTuple):
    """One erased identifier: in which erasure, its digest, the pseudonym in its place, how, and when."""

    erasure: str
    digest: bytes
    pseudonym: str
    mode: str
    at: datetime


def digest(identifier: str) -> bytes:
    """The digest of an agent key."""
    return blake2b(identifier.encode(), digest_size=32, key=_key()).digest()


def read() -> list[Entry]:
    """Every entry of the file; a line that a crash cut short is left out."""
    try:
        lines = (_folder() / FILE).read_text().splitlines()
    except FileNotFoundError:
        return []
    return [entry for line in lines if (entry := _entry(line))]


def keep(entries: Iterable[Entry]) -> None:
    """Add those entries that the file does not hold yet; they are on the disk when this returns."""
    known = {(entry.erasure, entry.digest) for entry in read()}
    fresh = [entry for entry in entries if (entry.erasure, entry.digest) not in known]
    if not fresh:
        return
    descriptor = os.open(_folder() / FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "ab") as stream:
        if stream.tell() and not (_folder() / FILE).read_bytes().endswith(b"\n"):
            stream.write(b"\n")
        stream.write("".join(_line(entry) for entry in fresh).encode())
        stream.flush()
        os.fsync(stream.fileno())


def _line(entry: Entry) -> str:
    return json.dumps(entry._asdict() | {"digest": entry.digest.hex(), "at": entry.at.isoformat()}) + "\n"


def _entry(line: str) -> Entry | None:
    try:
        value = json.loads(line)
        return Entry(
            value["erasure"], bytes.fromhex(value["digest"]), value["pseudonym"], value["mode"], datetime.fromisoformat(value["at"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def _folder() -> Path:
    return current_app.config["SETTINGS"].data_dir


def _key() -> bytes:
    """Made once, readable by the owner alone."""
    path = _folder() / KEY
    try:
        return bytes.fromhex(path.read_text().strip())
    except FileNotFoundError:
        _folder().mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return bytes.fromhex(path.read_text().strip())
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())
