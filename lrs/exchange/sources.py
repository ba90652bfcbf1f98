"""A file to import, whatever it is: lines, lines compressed with gzip, or a zip with the data of attachments."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from flask import current_app

from lrs.exchange import lines
from lrs.exchange.container import MAGIC, Container, Data, NoData
from lrs.exchange.lines import Line, Peeked


class Source(NamedTuple):
    lines: Iterator[Line]
    data: Data


@contextmanager
def opened(stream: BinaryIO) -> Iterator[Source]:
    """The lines and the data of a stream that may be one that can only be read once; BadRequest for a zip that is no export."""
    peeked = Peeked(stream)
    if not peeked.begins_with(MAGIC):
        yield Source(lines.read(peeked), NoData())
        return
    with tempfile.TemporaryFile(dir=current_app.config["SETTINGS"].data_dir) as copy:
        shutil.copyfileobj(peeked, copy, 1 << 20)
        found = Container(copy)
        yield Source(lines.read(found.statements), found)
