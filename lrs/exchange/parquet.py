"""Parquet for data tools: the same columns with their types, in row groups, so that memory stays level however long the log is.

pyarrow is an extra of 55 MB that most installations never need (ADR 0031): imported when somebody asks for Parquet.
"""

from collections.abc import Iterable, Iterator, Sequence

from core.errors import Unsupported
from lrs.exchange.pieces import Pieces
from lrs.exchange.rules import COLUMNS, NUMBERS, TRUTHS
from lrs.exchange.tables import rows
from lrs.statements.formats import instant
from lrs.statements.queries import Found

ROWS = 10_000
TIMES = frozenset({"stored", "timestamp"})
MISSING = "Parquet needs pyarrow, which is not installed here: .venv/bin/pip install --require-hashes -r requirements-parquet.txt"


def require() -> None:
    """Unsupported (415), with what to do about it, where pyarrow is missing."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise Unsupported(MISSING, code="parquet_missing") from error


def as_parquet(pages: Iterable[Sequence[Found]], languages: Sequence[str]) -> Iterator[bytes]:
    """The file in pieces: one for each row group, then the footer. Call :func:`require` before the answer begins."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(name, _type(pa, name)) for name in COLUMNS])
    out = Pieces()
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(pages, languages):
            columns = [pa.array([_value(name, r[name]) for r in group], _type(pa, name)) for name in COLUMNS]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            yield out.taken()
    yield out.taken()


def _groups(pages: Iterable[Sequence[Found]], languages: Sequence[str]) -> Iterator[list[dict]]:
    group: list[dict] = []
    for page in pages:
        group += rows(page, languages)
        if len(group) >= ROWS:
            yield group
            group = []
    if group:
        yield group


def _type(pa, name: str):
    if name in TIMES:
        return pa.timestamp("us", tz="UTC")
    if name in TRUTHS:
        return pa.bool_()
    return pa.float64() if name in NUMBERS else pa.string()


def _value(name: str, value):
    return instant(value) if name in TIMES else value
