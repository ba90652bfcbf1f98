"""Reading a CSV file of people: bytes in, rows out. Says nothing about who exists already."""

import csv
import io
from dataclasses import dataclass

from flask_babel import gettext as _

from core.errors import BadRequest, TooLarge

COLUMNS = ("email", "name", "role", "language", "groups")
MAX_BYTES = 2 << 20
MAX_LINES = 5000
_DELIMITERS = ",;\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """One line of the file. An empty cell is an empty text; ``error`` is what makes the line unreadable."""

    line: int
    email: str = ""
    name: str = ""
    role: str = ""
    language: str = ""
    groups: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Sheet:
    """What a file says: its rows, and the columns that mean nothing here."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...]


def read(data: bytes) -> Sheet:
    """The rows of a CSV file with a heading line.

    Commas, semicolons or tabs; UTF-8 with or without a mark, UTF-16 with one, else Windows-1252, which spreadsheets write.
    :class:`BadRequest` when there is no ``email`` column or the file is no CSV, :class:`TooLarge` beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(_("The file is too large: at most %(max)s MB.", max=MAX_BYTES >> 20))
    text = _decoded(data)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = [cell.strip().lower() for cell in next(reader, [])]
        _refuse_heading(heading)
        rows = tuple(_rows(reader, heading, delimiter))
    except csv.Error as error:
        raise BadRequest(_("Line %(line)s is not CSV: %(problem)s.", line=reader.line_num, problem=str(error))) from error
    return Sheet(rows, tuple(name for name in heading if name and name not in COLUMNS))


def _decoded(data: bytes) -> str:
    if data[:2] in _UTF16:
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadRequest(_("This is not a text file. Save the sheet as CSV (UTF-8)."))


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _refuse_heading(heading: list[str]) -> None:
    if "email" not in heading:
        columns = ", ".join(COLUMNS)
        raise BadRequest(_("The first line must name the columns, among them email. Known columns: %(columns)s.", columns=columns))
    known = [name for name in heading if name in COLUMNS]
    if len(set(known)) < len(known):
        raise BadRequest(_("The first line names a column twice."))


def _rows(reader, heading: list[str], delimiter: str):
    count = 0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MAX_LINES:
            raise TooLarge(_("The file has too many lines: at most %(max)s at once.", max=MAX_LINES))
        if len(cells) > len(heading):
            yield Row(reader.line_num, error=_("This line has more cells than the first line has columns."))
            continue
        values = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name in COLUMNS}
        values["groups"] = _group_names(values.get("groups", ""), delimiter)
        yield Row(reader.line_num, **values)


def _group_names(cell: str, delimiter: str) -> tuple[str, ...]:
    """Several groups in one cell are separated by ``|``, or by ``;`` where that does not separate the cells."""
    if delimiter != ";":
        cell = cell.replace(";", "|")
    return tuple(dict.fromkeys(name.strip() for name in cell.split("|") if name.strip()))
