"""A place to work in is taken when the body is there, and always given back."""

import io
import threading

import pytest

from core.arrivals import FIRST_PART, Arrivals, away


def ask(wsgi, body: bytes = b"", stream=None) -> bytes:
    environ = {"CONTENT_LENGTH": str(len(body)) if body else "", "wsgi.input": stream or io.BytesIO(body)}
    answer = wsgi(environ, lambda *_: None)
    try:
        return b"".join(answer)
    finally:
        answer.close()


def echo(environ, _start_response):
    return [environ["wsgi.input"].read()]


@pytest.mark.parametrize("length", [0, 1, FIRST_PART - 1, FIRST_PART, FIRST_PART + 1, 3 * FIRST_PART + 7])
def test_the_body_is_what_was_sent(length):
    body = bytes(range(256)) * (length // 256 + 1)
    assert ask(Arrivals(echo, places=1), body[:length]) == body[:length]


def test_who_waits_for_a_body_takes_no_place():
    arrivals, arrived, done = Arrivals(echo, places=1), threading.Event(), threading.Event()

    class Slow:
        def read(self, _size):
            arrived.wait(20)
            return b"late"

    thread = threading.Thread(target=lambda: (ask(arrivals, b"late", Slow()), done.set()), daemon=True)
    thread.start()
    assert ask(arrivals, b"prompt") == b"prompt"
    assert not done.is_set()
    arrived.set()
    assert done.wait(20)


def test_who_takes_in_a_large_body_gives_the_place_away_meanwhile():
    begun, arrived, done = threading.Event(), threading.Event(), threading.Event()

    def take_in(environ, start_response):
        if environ["CONTENT_LENGTH"] == "4":
            return echo(environ, start_response)
        with away(environ):
            begun.set()
            arrived.wait(20)
        return echo(environ, start_response)

    arrivals, large = Arrivals(take_in, places=1), b"x" * (FIRST_PART + 1)
    thread = threading.Thread(target=lambda: (ask(arrivals, large), done.set()), daemon=True)
    thread.start()
    assert begun.wait(20)
    assert ask(arrivals, b"next") == b"next"
    assert not done.is_set()
    arrived.set()
    assert done.wait(20)
    assert ask(arrivals, b"last") == b"last"


def test_places_are_given_back_whatever_happens():
    def fail(_environ, _start_response):
        raise RuntimeError("no")

    failing = Arrivals(fail, places=2)
    for _ in range(5):
        with pytest.raises(RuntimeError):
            ask(failing)
    left = Arrivals(echo, places=2)
    for _ in range(5):
        left({"wsgi.input": io.BytesIO()}, lambda *_: None)  # never closed: nobody wants the answer any more
    answer = left({"wsgi.input": io.BytesIO()}, lambda *_: None)
    answer.close()
    answer.close()
    assert ask(left) == b""
