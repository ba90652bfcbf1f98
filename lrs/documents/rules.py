"""Decisions about documents, free of any database: what they are named by, when they may be changed, how two become one."""

import json
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import msgspec

from core.errors import BadRequest, Conflict, DomainError

INLINE = 64 << 10
LONGEST_TYPE = 1000
UNKNOWN_TYPE = "application/octet-stream"
ANY = "*"
_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_anything = msgspec.json.Decoder(msgspec.Raw).decode
_NOT_JSON = (UnicodeDecodeError, msgspec.MsgspecError, RecursionError)


class PreconditionFailed(DomainError):
    status, code = 412, "precondition_failed"
    default_message = "The document is not what If-Match or If-None-Match say; nothing was changed. GET it and try again with its ETag."


@dataclass(frozen=True, slots=True)
class Place:
    """Where documents live, each under a name: the state of an agent in an activity, the profile of an activity or of an agent.

    ``agent`` is an agent's key. A registration makes another place: without one, only documents without one are meant.
    """

    resource: str
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None

    @property
    def digest(self) -> bytes:
        return _digest(self.resource, self.activity, self.agent, str(self.registration) if self.registration else None)

    def digest_of(self, name: str) -> bytes:
        """That of one document."""
        return _digest(self.resource, self.activity, self.agent, str(self.registration) if self.registration else None, name)


def _digest(*parts: str | None) -> bytes:
    """Lengths stand before the parts, so that no two places share their text."""
    whole = b"".join(b"-" if part is None else b"%d:%b" % (len(raw := part.encode()), raw) for part in parts)
    return blake2b(whole, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Condition:
    """If-Match and If-None-Match of a request: the ETags they name, ``*`` among them; None when the header is missing."""

    match: frozenset[str] | None = None
    none_match: frozenset[str] | None = None

    @property
    def given(self) -> bool:
        return self.match is not None or self.none_match is not None

    def require(self, etag: str | None) -> None:
        """PreconditionFailed (412) unless the document with this ETag, or none, is what the client means (RFC 9110 13.1)."""
        if self.match is not None and (etag is None or not self.match & {ANY, etag}):
            raise PreconditionFailed()
        if self.none_match is not None and etag is not None and self.none_match & {ANY, etag}:
            raise PreconditionFailed()


def may_put(*, resource: str, version: str, etag: str | None, condition: Condition) -> None:
    """May a document be put where there is one with this ETag, or none?

    Without a condition nobody overwrites blindly: Conflict (409) on profiles, since 2.0 on states too. 1.0.3 wants a condition for a new
    profile as well: BadRequest (1.0.3 Communication 3.1, IEEE 9274.1.1 4.1.4).
    """
    condition.require(etag)
    if condition.given:
        return
    two = version.startswith("2")
    if etag is not None and (two or resource != "state"):
        raise Conflict(
            "There is a document already. Check its current state (GET), then send If-Match with its ETag to replace it.",
            code="blind_overwrite",
        )
    if resource != "state" and not two:
        raise BadRequest('Send If-Match with the ETag of the document, or If-None-Match: "*" for a new one.', code="condition_missing")


def is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"


def require_json(content: bytes) -> None:
    """BadRequest unless the content is JSON in UTF-8 (RFC 8259)."""
    try:
        content.decode()
        _anything(content)
    except _NOT_JSON:
        _carefully(content, "posted")


def merged(existing: bytes, posted: bytes) -> bytes:
    """Both objects as one: each top-level property that is posted takes the place of the old one, the bytes of all values stay as they
    are (1.0.3 Communication 2.2). BadRequest when either is no JSON object."""
    both = _members(existing, "kept") | _members(posted, "posted")
    return b"{%b}" % b",".join(json.dumps(key).encode() + b":" + value for key, value in both.items())


def _members(content: bytes, which: str) -> dict[str, bytes]:
    try:
        content.decode()
        return {key: bytes(value) for key, value in _object(content).items()}
    except _NOT_JSON:
        found = _carefully(content, which)
    if type(found) is not dict:
        raise BadRequest(f"The {which} document is JSON, but not an object; PUT replaces a document.", code="no_merge")
    return {key: json.dumps(value).encode() for key, value in found.items()}


def _carefully(content: bytes, which: str):
    """The standard library takes half a surrogate pair, written as an escape, which scripts produce that cut texts to a length."""
    try:
        return json.loads(content.decode(), parse_constant=_no_constant, parse_int=lambda d: int(d) if len(d) < 300 else float(d))
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The {which} document is not JSON, though its type is: {str(error)[:200]}", code="bad_json") from None


def _no_constant(name: str):
    raise ValueError(f"{name} is not a JSON number")
