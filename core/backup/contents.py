"""What is in a backup, in this order: ``manifest.json``, the rows of each table in parts, the stored files, ``end.json``."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlalchemy import Engine

from core.backup import postgresql, sqlite
from core.backup.archive import Damaged, check_whole, members

FORMAT = 1
MANIFEST, END, FILES, TABLES = "manifest.json", "end.json", "files/", "tables/"
PART = 2 << 20  # bytes of JSON before they are compressed
Progress = Callable[[str], None]


def side(engine: Engine):
    """How this database's tables are read and written."""
    return postgresql if engine.dialect.name == "postgresql" else sqlite


@dataclass(frozen=True)
class Manifest:
    """The first member. ``tables`` holds the columns of each table with their portable kinds."""

    created_at: datetime
    schema: str
    installation: str
    database: str
    tables: dict[str, list[tuple[str, str]]]
    left_out: list[str]
    format: int = FORMAT
    product: str = "colloquium"

    def dumped(self) -> bytes:
        return json.dumps(asdict(self) | {"created_at": self.created_at.isoformat()}, indent=1).encode()


@dataclass
class Totals:
    """The last member before the sums: rows by table, number and bytes of stored files."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    file_bytes: int = 0

    def dumped(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


class Contents:
    """Reads a backup from front to back: ``manifest`` first, then ``each_table``, then ``each_file``; ``totals`` is known after that."""

    def __init__(self, path: Path):
        self._members = members(path)
        self._next: tuple[str, BinaryIO, int] | None = None
        self.name = path.name
        self.totals = Totals()
        self.manifest = self._read_manifest()

    def each_table(self) -> Iterator[tuple[str, list[tuple[str, str]], Iterator[list]]]:
        """Name, columns and rows of each table; take the rows before the next."""
        for table, columns in self.manifest.tables.items():
            self.totals.rows[table] = 0
            yield table, columns, self._rows(table, len(columns))

    def each_file(self) -> Iterator[tuple[str, BinaryIO, int]]:
        """Key, content and size of each stored file, then the end; :class:`Damaged` when that tells of more, or of less."""
        ended = False
        while (member := self._take()) is not None:
            name, content, size = member
            if name.startswith(FILES) and not ended:
                self.totals.files += 1
                self.totals.file_bytes += size
                yield name.removeprefix(FILES), content, size
            elif name == END and not ended:
                ended, said = True, _parsed(content.read(), self.name)
                if said != asdict(self.totals):
                    raise Damaged(f"{self.name} says that it holds {said}, but holds {asdict(self.totals)}.")
            else:
                raise Damaged(f"{self.name} holds {name}, which is not expected there.")
        if not ended:
            raise Damaged(f"{self.name} has no {END}.")

    def _take(self) -> tuple[str, BinaryIO, int] | None:
        """The next member, or None at the end."""
        member, self._next = self._next or next(self._members, None), None
        return member

    def _rows(self, table: str, width: int) -> Iterator[list]:
        prefix = f"{TABLES}{table}/"
        while (member := self._take()) is not None:
            name, content, _size = member
            if not name.startswith(prefix):
                self._next = member
                return
            for line in _unpacked(content.read(), self.name).splitlines():
                row = _parsed(line, self.name)
                if not isinstance(row, list) or len(row) != width:
                    raise Damaged(f"{self.name}: a row of {table} has not {width} values.")
                self.totals.rows[table] += 1
                yield row

    def _read_manifest(self) -> Manifest:
        name, content, _size = next(self._members)
        if name != MANIFEST:
            raise Damaged(f"{self.name} does not begin with {MANIFEST}.")
        said = _parsed(content.read(), self.name)
        if said.get("product") != "colloquium":
            raise Damaged(f"{self.name} is not a backup of Colloquium.")
        if said["format"] > FORMAT:
            raise Damaged(f"{self.name} was written by a newer program (format {said['format']}). Install that version to read it.")
        tables = {table: [tuple(column) for column in columns] for table, columns in said["tables"].items()}
        return Manifest(**said | {"created_at": datetime.fromisoformat(said["created_at"]), "tables": tables})


def check(path: Path, progress: Progress = lambda _line: None) -> Contents:
    """Read everything in the backup and raise :class:`Damaged` unless all of it is as it was written; answers what it holds."""
    progress(f"checking {path.name}")
    check_whole(path)
    contents = Contents(path)
    for table, _columns, rows in contents.each_table():
        for _row in rows:
            pass
        progress(f"{table}: {contents.totals.rows[table]} rows are whole")
    for _key, _content, _size in contents.each_file():
        pass
    progress(f"{contents.totals.files} files are whole")
    return contents


def _unpacked(data: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise Damaged(f"{name}: a part of a table cannot be unpacked.") from error


def _parsed(data: bytes, name: str):
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise Damaged(f"{name} holds something that is not JSON.") from error
