"""Two rows in every table, whatever tables there are: one with everything in it, one with nothing that may be missing.

Texts, bytes and numbers are chosen to break a careless copy: tabs, backslashes, quotes, bytes that are no text, the ends of ranges.
"""

import re
import uuid
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, CheckConstraint, null
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from core.backup.kinds import kind_of
from core.db import Base

MOMENT = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
AWKWARD = "é\t\\N \"'\n\r\\. 漢 "
# Tables whose constraints say more than "one of these words", and tables of one row.
EXCEPTIONS = {
    "one_time_link": [{"purpose": "invitation"}, {"purpose": "setup", "person_id": None}],
    "liking": [{"comment_id": None}, {"item_id": None, "comment_id": 2}],
    # Either a person of ours or an actor of another system.
    "cmi5_registration": [{"actor": None, "actor_key": None}, {"actor": None, "actor_key": "k", "person_id": None}],
    "person": [{"email": "one@example.org"}, {"email": "two@example.org"}],
}
ONE_ROW = {"installation", "lrs_log"}


def fill(session) -> dict[str, int]:
    """Insert the rows; answers how many each table then has of ours. Raises when a table's constraints are not met: add to EXCEPTIONS."""
    done = {}
    for table in Base.metadata.sorted_tables:
        count = 1 if table.name in ONE_ROW else 2
        if table.name in ONE_ROW:
            session.execute(table.delete())
        for number in range(1, count + 1):
            _insert(session, table, number)
        done[table.name] = count
    return done


def _insert(session, table, number: int) -> None:
    """The second row as empty as its constraints allow."""
    try:
        with session.begin_nested():
            session.execute(table.insert().values(**_row(table, number, empty=number == 2)))
    except IntegrityError:
        session.execute(table.insert().values(**_row(table, number, empty=False)))


def _row(table, number: int, *, empty: bool) -> dict:
    row = {c.name: null() if empty and c.nullable else _value(table, c, number) for c in table.columns}
    return row | EXCEPTIONS.get(table.name, [{}, {}])[number - 1]


def _value(table, column, number: int):
    if column.foreign_keys:
        target = next(iter(column.foreign_keys)).column
        return _value(target.table, target, number)
    if words := _words(table, column):
        return words[(number - 1) % len(words)]
    return _of_kind(table, column, number)


def _words(table, column) -> list[str]:
    """The values that a check constraint lists for the column."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.search(rf"\b{column.name} IN \(([^)]*)\)", str(constraint.sqltext))
            if found:
                return re.findall(r"'([^']*)'", found.group(1))
    return []


def _of_kind(table, column, number: int):
    kind = kind_of(column.type)
    length = getattr(_plain(column.type), "length", None)
    if kind == "int":
        big = isinstance(_plain(column.type).dialect_impl(postgresql.dialect()), BigInteger)
        return number if column.primary_key or not big else (1 << 53) + number
    if kind == "text":
        return f"{number}{AWKWARD}"[:length]
    return {
        "bool": number == 1,
        "float": [0.1, -1e300][number - 1],
        "decimal": number,
        "instant": MOMENT + timedelta(microseconds=number),
        "date": MOMENT.date(),
        "json": {"a": [1.5, None, AWKWARD], "n": number},
        "uuid": uuid.UUID(int=number),
        "bytes": [b"\xff\x00\\x" + bytes([number] * 12), '{"text": "é\\u0000\t"}'.encode()][number - 1][:length],
    }[kind]


def _plain(type_):
    return type_.impl if isinstance(type_, TypeDecorator) else type_


def everything(session) -> dict[str, list[tuple]]:
    """Every row of every table, as values that compare across databases."""
    return {t.name: sorted((tuple(r) for r in session.execute(t.select())), key=repr) for t in Base.metadata.sorted_tables}
