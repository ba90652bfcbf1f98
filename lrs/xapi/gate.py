"""What happens to a request for ``/xapi`` before it is routed: its query is looked at, a packed body unpacked, the alternate syntax undone.

A refusal is left in the environment for :mod:`lrs.xapi.envelope`, so that it gets the same frame as any other answer.
"""

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, unquote_to_bytes

from core.errors import BadRequest, DomainError, TooLarge
from lrs.xapi import alternate, packing

REFUSED = "colloquium.xapi.refused"
LONGEST_QUERY = 1 << 16


class Gate:
    """WSGI: stands before a Flask application and touches only what is under ``/xapi``; ``most`` bounds a form, in bytes."""

    def __init__(self, application: Callable, most: int):
        self.application, self.most = application, most

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        if is_ours(environ.get("PATH_INFO", "")):
            try:
                _check_query(environ.get("QUERY_STRING", ""))
                packing.unpack(environ)
                if alternate.is_meant(environ):
                    environ = alternate.undone(environ, self.most)
                    _check_query(environ["QUERY_STRING"])
            except DomainError as refusal:
                environ[REFUSED] = refusal
        return self.application(environ, start_response)


def is_ours(path: str) -> bool:
    return path == "/xapi" or path.startswith("/xapi/")


def _check_query(query: str) -> None:
    """UTF-8 (1.0.3 Communication 1.4) without NUL, which no database text can hold, and of a length that a query can have."""
    if len(query) > LONGEST_QUERY:
        raise TooLarge(f"The query string is longer than {LONGEST_QUERY} characters.", code="query_too_long")
    plain = unquote_to_bytes(query.encode("latin-1"))
    try:
        plain.decode()
    except UnicodeDecodeError:
        raise BadRequest("The query string is not UTF-8 (1.0.3 Communication 1.4).", code="bad_encoding") from None
    if b"\0" in plain:
        name = next((n for n, value in parse_qsl(query, keep_blank_values=True) if "\0" in n + value), "")[:100]
        raise BadRequest(f"{name}: holds the character U+0000", code="bad_parameter", fields={name: ["holds the character U+0000"]})
