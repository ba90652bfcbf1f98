"""What a library writes as if to a file, taken away in pieces while it is made."""


class Pieces:
    """A file that can only be written to, and is emptied from time to time."""

    closed = False

    def __init__(self):
        self._pieces: list[bytes] = []

    def write(self, piece) -> int:
        self._pieces.append(bytes(piece))
        return len(self._pieces[-1])

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def taken(self) -> bytes:
        """Everything written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
