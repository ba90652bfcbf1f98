"""A backup's tables on SQLite: one read transaction to take them, one write transaction to bring them back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, Engine

from core.backup.kinds import number, packed, unpacked

Columns = list[tuple[str, str]]
_BATCH = 2_000
_VIRTUAL = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%'"
_TABLES = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_ASIDE = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"

_OUT: dict[str, Callable] = {
    "bool": bool,
    "bytes": packed,
    "float": number,
    "decimal": str,
    "uuid": lambda value: str(UUID(bytes=value)),
}
_IN: dict[str, Callable] = {
    "bytes": unpacked,
    "float": float,
    "uuid": lambda value: UUID(value).bytes,
}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads; writers go on beside it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        yield connection


def tables(connection: Connection) -> list[str]:
    """Every table that holds rows of its own. An index for full-text search over another table's text is made from that again."""
    for name, sql in connection.exec_driver_sql(_VIRTUAL):
        if "content='" not in sql or "content=''" in sql:
            raise NotImplementedError(f"the virtual table {name} keeps rows of its own; teach core.backup.sqlite to carry them")
    return [row[0] for row in connection.exec_driver_sql(_TABLES)]


def rows(connection: Connection, table: str, columns: Columns) -> Iterator[list]:
    """The table's rows as lists of portable values."""
    names = ", ".join(f'"{name}"' for name, _kind in columns)
    cursor = connection.connection.driver_connection.execute(f'SELECT {names} FROM "{table}"')  # noqa: S608 - names of our own tables
    yield from _converted(cursor, [_OUT.get(kind) for _name, kind in columns])


def clear(connection: Connection) -> None:
    """Drop every table, those for full-text search first."""
    for name, _sql in connection.exec_driver_sql(_VIRTUAL).all():
        connection.exec_driver_sql(f'DROP TABLE "{name}"')
    for name in connection.exec_driver_sql(_TABLES).scalars().all():
        connection.exec_driver_sql(f'DROP TABLE "{name}"')


@contextmanager
def bare(connection: Connection) -> Iterator[None]:
    """Without indexes and triggers while rows come in; afterwards with them, and with the indexes for full-text search filled."""
    aside = connection.exec_driver_sql(_ASIDE).all()
    for kind, name, _sql in aside:
        connection.exec_driver_sql(f'DROP {kind} "{name}"')
    yield
    for _kind, _name, sql in aside:
        connection.exec_driver_sql(sql)
    for name, _sql in connection.exec_driver_sql(_VIRTUAL).all():
        connection.exec_driver_sql(f'INSERT INTO "{name}" ("{name}") VALUES (\'rebuild\')')  # noqa: S608


def load(connection: Connection, table: str, columns: Columns, portable: Iterable[list]) -> None:
    names, marks = ", ".join(f'"{name}"' for name, _kind in columns), ", ".join("?" * len(columns))
    insert = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
    converted = _converted(portable, [_IN.get(kind) for _name, kind in columns])
    driver = connection.connection.driver_connection
    while batch := list(islice(converted, _BATCH)):
        driver.executemany(insert, batch)


def settle(_connection: Connection) -> None:
    """Nothing: SQLite counts on from the greatest number that is there."""


def _converted(source: Iterable, converters: list[Callable | None]) -> Iterator[list]:
    changed = [(place, convert) for place, convert in enumerate(converters) if convert is not None]
    for row in source:
        values = list(row)
        for place, convert in changed:
            if values[place] is not None:
                values[place] = convert(values[place])
        yield values
