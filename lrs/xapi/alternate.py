"""The alternate request syntax: ``POST …?method=PUT`` with parameters, headers and content as fields of a form (1.0.3 Communication 1.3).

It is undone before routing, so that the real method's view, its scopes and its limits see nothing of it. 2.0 has no such syntax.
"""

import io
from urllib.parse import parse_qsl, urlencode

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wsgi import get_input_stream

from core.errors import BadRequest, TooLarge, Unsupported
from lrs.xapi.bodies import drained
from lrs.xapi.versions import HEADER, agreed

METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
PLAIN_TEXT = "colloquium.xapi.plain_text_form"
_FORM = "application/x-www-form-urlencoded"
# The form fields that stand for headers. Content-Length is not believed: clients count characters, and the content is at hand.
_HEADERS = {
    "authorization": "HTTP_AUTHORIZATION",
    "x-experience-api-version": "HTTP_X_EXPERIENCE_API_VERSION",
    "content-type": "CONTENT_TYPE",
    "content-length": None,
    "if-match": "HTTP_IF_MATCH",
    "if-none-match": "HTTP_IF_NONE_MATCH",
}
_VERSION = _HEADERS["x-experience-api-version"]
_OF_THE_FORM = ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "wsgi.input_terminated")


def is_meant(environ: dict) -> bool:
    """True for a POST whose query has the parameter ``method``."""
    query = environ.get("QUERY_STRING", "")
    return environ["REQUEST_METHOD"] == "POST" and "method" in query and any(n == "method" for n, _ in parse_qsl(query, True))


def undone(environ: dict, most: int) -> dict:
    """The environment of the request that is meant. BadRequest for what the syntax does not allow, TooLarge for a form over ``most``."""
    method = _method(environ["QUERY_STRING"])
    plain_text = _kind(environ)
    parameters, headers, content = _sorted(_fields(environ, most))
    if "x-experience-api-version" in headers:
        environ[_VERSION] = headers["x-experience-api-version"]  # a refusal is framed in this version too
    meant = {name: value for name, value in environ.items() if name not in _OF_THE_FORM}
    meant |= {_HEADERS[name]: value for name, value in headers.items() if _HEADERS[name]}
    if agreed(meant.get(_VERSION)) == "2.0.0":
        raise BadRequest(
            f"The alternate request syntax ended with xAPI 1.0.3. Send the method {method} itself, or {HEADER}: 1.0.3.",
            code="alternate_syntax",
        )
    body = b"" if content is None else content.encode()
    meant["REQUEST_METHOD"] = method
    meant["QUERY_STRING"] = urlencode(parameters)
    meant["CONTENT_LENGTH"] = str(len(body))
    meant["wsgi.input"] = io.BytesIO(body)
    if content is not None:
        meant.setdefault("CONTENT_TYPE", "application/json")
    if plain_text:
        meant[PLAIN_TEXT] = True
    return meant


def _method(query: str) -> str:
    given = parse_qsl(query, keep_blank_values=True)
    if len(given) > 1:
        other = next((name for name, _ in given if name != "method"), "method")
        raise BadRequest(
            f"{other[:100]}: besides method, parameters belong into the form (1.0.3 Communication 1.3).",
            code="bad_parameter",
            fields={other[:100]: ["belongs into the form"]},
        )
    method = given[0][1]
    if method not in METHODS:
        raise BadRequest(f"method: must be one of {', '.join(METHODS)}", code="bad_parameter", fields={"method": ["is unknown"]})
    return method


def _kind(environ: dict) -> bool:
    """True when the form calls itself plain text, as Internet Explorer's cross-domain requests do; only launches may (see ``callers``)."""
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind not in ("", _FORM, "text/plain"):
        raise Unsupported(f"With the parameter method, the body is a form ({_FORM}), not {kind[:60]!r}.", code="content_type")
    return kind == "text/plain"


def _fields(environ: dict, most: int) -> list[tuple[str, str]]:
    try:
        raw = drained(get_input_stream(environ, max_content_length=most))
    except RequestEntityTooLarge:
        raise TooLarge(f"A form may have at most {most} bytes; send larger content with its real method.", code="form_too_large") from None
    try:
        return parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest("The form is not UTF-8 (1.0.3 Communication 1.3).", code="bad_encoding") from None


def _sorted(fields: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], dict[str, str], str | None]:
    """(parameters, headers by their names in small letters, content) of a form."""
    parameters, headers, content = [], {}, None
    for name, value in fields:
        small = name.lower()
        if (name == "content" and content is not None) or small in headers:
            raise BadRequest(f"{name}: is given more than once", code="bad_parameter", fields={name: ["is given more than once"]})
        if name == "content":
            content = value
        elif small in _HEADERS:
            headers[small] = _header(name, value)
        else:
            parameters.append((name, value))
    return parameters, headers, content


def _header(name: str, value: str) -> str:
    """The value as WSGI hands headers over: bytes as Latin-1, no control characters."""
    if any(ord(character) < 32 or ord(character) == 127 for character in value):
        raise BadRequest(f"{name}: holds a control character", code="bad_parameter", fields={name: ["holds a control character"]})
    return value.encode().decode("latin-1")
