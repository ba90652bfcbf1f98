"""Read a body whole, or refuse it."""

from typing import BinaryIO

_CHUNK = 1 << 16


def drained(stream: BinaryIO) -> bytes:
    """All of a request's stream. Where the length is not known beforehand (packed, chunked), werkzeug's own ``read()`` and ``get_data()``
    cut off at the limit and say nothing; reading on makes it raise RequestEntityTooLarge."""
    pieces = []
    while piece := stream.read(_CHUNK):
        pieces.append(piece)
    return b"".join(pieces)
