"""Write which statement came with which data, under the log's lock, where ``append`` calls it.

Whoever keeps or deletes data holds that lock, so data cannot be swept away between its arrival and its statement's commit.
"""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, insert

from core.storage import Incoming, storage
from lrs.attachments.models import Attachment
from lrs.attachments.receiving import Data
from lrs.attachments.rules import storage_key


class Carried(NamedTuple):
    """Data on its way into the log with a statement."""

    sha2: str
    content_type: str
    data: Data


def tie(connection: Connection, statements: Iterable[tuple[int, tuple[Carried, ...]]]) -> None:
    """Give the data its key in the storage and each new statement (by its seq) its rows."""
    rows: dict[tuple[int, str], dict] = {}
    files: dict[str, Incoming] = {}
    for seq, carried in statements:
        for one in carried:
            files.setdefault(storage_key(one.sha2), one.data.file)
            row = {"seq": seq, "sha2": one.sha2, "content_type": one.content_type, "size": one.data.size}
            rows.setdefault((seq, one.sha2), row)
    storage().keep_together(files.values())
    connection.execute(insert(Attachment), list(rows.values()))
