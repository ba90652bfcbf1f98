"""Multipart requests and answers for tests, written and read by other code than the server's."""

import hashlib
import json
from email import message_from_bytes, policy

BOUNDARY = "=-parcel-=/7"


def sha(data: bytes, kind: str = "sha256") -> str:
    return hashlib.new(kind, data).hexdigest()


def attachment(data: bytes, *, kind: str = "sha256", **members) -> dict:
    """An entry of ``attachments`` for that data."""
    whole = {
        "usageType": "https://example.org/usage/essay",
        "display": {"en": "Essay"},
        "contentType": "application/octet-stream",
        "length": len(data),
        "sha2": sha(data, kind),
    }
    return {key: value for key, value in (whole | members).items() if value is not None}


def part(data: bytes, *, kind: str = "sha256", **headers) -> bytes:
    """A part with that data; ``content_type=None`` leaves a header out."""
    names = {"content_type": "Content-Type", "encoding": "Content-Transfer-Encoding", "hash": "X-Experience-API-Hash"}
    values = {"content_type": "application/octet-stream", "encoding": "binary", "hash": sha(data, kind)} | headers
    lines = [f"{names.get(key, key)}: {value}" for key, value in values.items() if value is not None]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def parcel(statements, *parts: bytes, first: str = "Content-Type: application/json", boundary: str = BOUNDARY) -> bytes:
    """The body of a multipart request."""
    body = statements if isinstance(statements, bytes) else json.dumps(statements).encode()
    head = first.encode() + b"\r\n\r\n" if first else b"\r\n"
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + one + b"\r\n" for one in (head + body, *parts)) + mark + b"--\r\n"


def opened(answer) -> tuple[object, list[tuple[dict, bytes]]]:
    """The JSON and the (headers, data) of the other parts of a multipart answer, read by the standard library."""
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = message_from_bytes(head + answer.data, policy=policy.HTTP)
    first, *rest = message.get_payload()
    found = []
    for one in rest:
        raw = answer.data.split(f"X-Experience-API-Hash: {one['X-Experience-API-Hash']}\r\n\r\n".encode(), 1)[1]
        found.append((dict(one.raw_items()), raw.split(f"\r\n--{message.get_boundary()}".encode(), 1)[0]))
    return json.loads(first.get_payload(decode=True)), found
