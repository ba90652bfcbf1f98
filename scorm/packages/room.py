"""Room on the disk: files without a name that a crash cannot leave behind, and a clear word when there is no room left."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from flask import current_app
from flask_babel import gettext as _

from core.errors import Unavailable


@contextmanager
def scratch() -> Iterator[BinaryIO]:
    """An empty temporary file on the data disk (the system's own temporary folder may be memory)."""
    with tempfile.TemporaryFile(dir=current_app.config["SETTINGS"].data_dir) as file:
        yield file


@contextmanager
def or_say_so() -> Iterator[None]:
    """Turn a full disk into :class:`Unavailable`, which tells people that nothing was kept."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Unavailable(_("There is no room left on the server's disk. Nothing was imported; tell the administrator.")) from error
        raise
