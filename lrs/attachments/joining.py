"""Bring statements and the data that came with them together."""

from collections.abc import Mapping, Sequence

from lrs.attachments import signatures
from lrs.attachments.links import Carried
from lrs.attachments.receiving import Data
from lrs.statements.errors import Broken, StatementRefused
from lrs.statements.parse import parse
from lrs.statements.prepare import Prepared, require_data


def joined(prepared: Sequence[Prepared], data: Mapping[str, Data], *, version: str, batch: bool) -> list[Prepared]:
    """Prepared statements with what came for them, by hash.

    :class:`StatementRefused` when something did not come that has no address, or when a signature is not one of its statement.
    """
    found = []
    for index, statement in enumerate(prepared):
        try:
            require_data(statement.declared, data)
            _check_signatures(statement, data, version)
        except Broken as broken:
            raise StatementRefused.of(broken, version=version, index=index if batch else None) from None
        carried = tuple(Carried(d.sha2, d.content_type, data[d.sha2]) for d in statement.declared if d.sha2 in data)
        found.append(statement._replace(carried=carried))
    return found


def _check_signatures(statement: Prepared, data: Mapping[str, Data], version: str) -> None:
    for entry in statement.declared:
        if entry.signs:
            try:
                signatures.check(parse(statement.raw), data[entry.sha2].signature, content_type=entry.content_type, version=version)
            except Broken as broken:
                for step in reversed(entry.steps):
                    broken.inside(step)
                raise
