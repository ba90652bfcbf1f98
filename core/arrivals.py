"""Requests whose body comes a byte at a time must not keep a place from everybody else.

The server hands a request to a thread when its headers are there; reading the body is waiting for the client. So there are many threads to
wait in, and few places to work in: a request takes a place when its body, or the first part of a large one, has arrived. Who takes in the
rest of a large one piece by piece gives the place away for as long as each piece is waited for (:func:`away`).
"""

import io
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

WAITING = 256  # threads; made when they are needed
FIRST_PART = 256 << 10
_PLACES = "colloquium.places"


@contextmanager
def away(environ: dict) -> Iterator[None]:
    """Let somebody else have this request's place inside the block, which waits for the client; hold no connection meanwhile."""
    places: threading.BoundedSemaphore | None = environ.get(_PLACES)
    if places is None:
        yield
        return
    places.release()
    try:
        yield
    finally:
        places.acquire()


class Arrivals:
    """WSGI middleware that lets ``places`` requests be worked on at a time."""

    def __init__(self, wsgi: Callable, *, places: int):
        self._wsgi = wsgi
        self._places = threading.BoundedSemaphore(places)

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH", "") not in ("", "0") or environ.get("HTTP_TRANSFER_ENCODING"):
            stream = environ["wsgi.input"]
            first = stream.read(FIRST_PART)
            environ["wsgi.input"] = io.BytesIO(first) if len(first) < FIRST_PART else io.BufferedReader(_Rest(first, stream))
        environ[_PLACES] = self._places
        return _Working(self._wsgi, environ, start_response, self._places)


class _Working:
    """The answer; the place is given back when it has been sent, or when nobody wants it any more."""

    def __init__(self, wsgi, environ, start_response, places: threading.BoundedSemaphore):
        self._places: threading.BoundedSemaphore | None = places
        places.acquire()
        try:
            self._answer = wsgi(environ, start_response)
        except BaseException:
            self._leave()
            raise

    def __iter__(self):
        return iter(self._answer)

    def close(self) -> None:
        try:
            if hasattr(self._answer, "close"):
                self._answer.close()
        finally:
            self._leave()

    def _leave(self) -> None:
        places, self._places = self._places, None
        if places is not None:
            places.release()

    def __del__(self):
        self._leave()


class _Rest(io.RawIOBase):
    """What has been read, and then what is still to come."""

    def __init__(self, first: bytes, stream):
        self._first, self._stream = io.BytesIO(first), stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        data = self._first.read(len(buffer)) or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
