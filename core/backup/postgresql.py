"""A backup's tables on PostgreSQL: one repeatable-read transaction to take them, one transaction of COPYs to bring them back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from sqlalchemy import Connection, Engine

from core.backup.kinds import number, packed, unpacked

Columns = list[tuple[str, str]]
_BATCH = 2_000
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE relnamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"""
_COUNTERS = """
SELECT quote_ident(c.relname), quote_ident(a.attname), pg_get_serial_sequence(quote_ident(c.relname), a.attname)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"""
_SELECTED = {
    "uuid": "{}::text",
    "json": "{}::text",
    "date": "{}::text",
    "instant": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

_OUT: dict[str, Callable] = {"bytes": lambda value: packed(bytes(value)), "float": number, "decimal": str}


def _text(value: str) -> str:
    return value.translate(_ESCAPED)


_IN: dict[str, Callable] = {
    "bool": lambda value: "t" if value else "f",
    "bytes": lambda value: r"\\x" + unpacked(value).hex(),
    "instant": lambda value: value + "+00",
    "text": _text,
    "json": _text,
}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it is now, however long it reads; no table can be changed in its shape meanwhile."""
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        _patiently(connection)
        names = ", ".join(f'"{name}"' for name in connection.exec_driver_sql(_TABLES).scalars())
        if names:
            connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
        yield connection


def tables(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql(_TABLES).scalars())


def rows(connection: Connection, table: str, columns: Columns) -> Iterator[list]:
    """The table's rows as lists of portable values, through a cursor on the server."""
    selected = ", ".join(_SELECTED.get(kind, "{}").format(f'"{name}"') for name, kind in columns)
    changed = [(place, _OUT[kind]) for place, (_name, kind) in enumerate(columns) if kind in _OUT]
    with connection.connection.driver_connection.cursor("backup") as cursor:
        cursor.itersize = _BATCH
        cursor.execute(f'SELECT {selected} FROM "{table}"')  # noqa: S608 - names of our own tables
        for row in cursor:
            values = list(row)
            for place, convert in changed:
                if values[place] is not None:
                    values[place] = convert(values[place])
            yield values


def clear(connection: Connection) -> None:
    """Drop every table, and what belongs to them."""
    _patiently(connection)
    if names := ", ".join(f'"{name}"' for name in tables(connection)):
        connection.exec_driver_sql(f"DROP TABLE {names} CASCADE")


@contextmanager
def bare(connection: Connection) -> Iterator[None]:
    """Without foreign keys and indexes while rows come in; then with them, each foreign key checked for all rows at once."""
    keys = connection.exec_driver_sql(_FOREIGN_KEYS).all()
    for table, name, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    indexes = connection.exec_driver_sql(_INDEXES).all()
    for name, _definition in indexes:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        connection.exec_driver_sql(definition)
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def load(connection: Connection, table: str, columns: Columns, portable: Iterable[list]) -> None:
    names = ", ".join(f'"{name}"' for name, _kind in columns)
    converters = [_IN.get(kind, str) for _name, kind in columns]
    lines = (
        "\t".join([r"\N" if value is None else convert(value) for value, convert in zip(row, converters, strict=True)]) for row in portable
    )
    with connection.connection.driver_connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        while batch := list(islice(lines, _BATCH)):
            copy.write("\n".join(batch) + "\n")


def settle(connection: Connection) -> None:
    """Let every counter go on after the greatest number that is there, and the planner know the tables."""
    for table, column, counter in connection.exec_driver_sql(_COUNTERS).all():
        connection.exec_driver_sql(f"SELECT setval('{counter}', (SELECT coalesce(max({column}), 0) + 1 FROM {table}), false)")  # noqa: S608
    connection.exec_driver_sql("ANALYZE")


def _patiently(connection: Connection) -> None:
    """The time limits of requests are not for this."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
