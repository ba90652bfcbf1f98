"""Rewrite one statement so that it no longer says who it was. Pure; everything that need not change keeps its bytes.

An agent of the subject becomes an account of this installation under its pseudonym, without a name, wherever the specification allows
an agent. What a person must not be found by (``Subject.secrets``) is replaced in every text and key. When a statement is erased and not
only pseudonymised, what the person themselves said in it goes too: responses, extensions, attachments. A signature cannot survive a
change, so it is taken out, and an extension of the context says so.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import msgspec
import orjson

from lrs.statements.keys import agent_key

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_value = msgspec.json.Decoder().decode
_IDENTIFIERS = ("account", "mbox", "mbox_sha1sum", "openid")
_OWN_WORDS = ("response", "extensions")


class Rewritten(NamedTuple):
    """The new bytes; whether a signature was taken out; hashes of attachments that this statement no longer has."""

    payload: bytes
    unsigned: bool
    dropped: frozenset[str]


class Rewriter:
    """Rewrites statements for one subject.

    ``pseudonyms``: agent keys → names of accounts at ``home``; ``secrets``: texts that must not stay; ``extension``: the IRI that says
    that a signature was removed; ``words``: True when what the person said goes too.
    """

    def __init__(self, *, pseudonyms: Mapping[str, str], home: str, secrets: re.Pattern | None, instead: str, extension: str, words: bool):
        self.pseudonyms, self.home, self.extension, self.words = pseudonyms, home, extension, words
        self.instead = instead
        self.secrets = secrets

    def statement(self, payload: bytes) -> Rewritten:
        """The statement as it may stay; the same bytes when it does not concern the subject."""
        dropped: set[str] = set()
        after = self.scrubbed(self._act(payload, dropped))
        if after == payload and not dropped:
            return Rewritten(payload, False, frozenset())
        unsigned = SIGNATURE.encode() in payload and any(e["usageType"] == SIGNATURE for e in _value(payload).get("attachments", ()))
        if unsigned:
            after = self._unsigned(after, dropped)
        still = {entry["sha2"].lower() for entry in _declared(_value(after))} if dropped else set()
        return Rewritten(after, unsigned, frozenset(dropped - still))

    def agent(self, raw: bytes) -> bytes:
        """An agent or group, with its members."""
        actor = _value(raw)
        new = self.pseudonyms.get(agent_key(actor))
        if new is None and "member" not in actor:
            return raw
        members = _parts(raw)
        if new is not None:
            members = {key: value for key, value in members.items() if key not in (*_IDENTIFIERS, "name")}
            members["account"] = orjson.dumps({"homePage": self.home, "name": new})
        if "member" in members:
            members["member"] = _each(members["member"], self.agent)
        return _joined(members, raw)

    def scrubbed(self, raw: bytes) -> bytes:
        """JSON without the secrets, in values and keys."""
        if self.secrets is None or not self.secrets.search(_plain(raw)):
            return raw
        start = raw[:1]
        if start == b'"':
            return orjson.dumps(self.text(_value(raw)))
        if start == b"[":
            return _each(raw, self.scrubbed)
        if start == b"{":
            members = {self.text(key): self.scrubbed(value) for key, value in _parts(raw).items()}
            return _joined(members, raw)
        return raw

    def text(self, text: str) -> str:
        return self.secrets.sub(self.instead, text) if self.secrets else text

    def _act(self, raw: bytes, dropped: set[str]) -> bytes:
        """A statement or SubStatement."""
        members = _parts(raw)
        own = _mentions(_value(members["actor"]), self.pseudonyms)
        _change(members, "actor", self.agent)
        _change(members, "authority", self.agent)
        _change(members, "context", self._context)
        kind = _value(members["object"]).get("objectType", "Activity")
        if kind == "SubStatement":
            members["object"] = self._act(members["object"], dropped)
        elif kind in ("Agent", "Group"):
            members["object"] = self.agent(members["object"])
        if own and self.words:
            _wordless(members, dropped)
        return _joined(members, raw)

    def _context(self, raw: bytes) -> bytes:
        members = _parts(raw)
        for name in ("instructor", "team"):
            _change(members, name, self.agent)
        for name, part in (("contextAgents", "agent"), ("contextGroups", "group")):
            _change(members, name, lambda value, part=part: _each(value, lambda one: self._inside(one, part)))
        return _joined(members, raw)

    def _inside(self, raw: bytes, part: str) -> bytes:
        members = _parts(raw)
        _change(members, part, self.agent)
        return _joined(members, raw)

    def _unsigned(self, raw: bytes, dropped: set[str]) -> bytes:
        """Without attachments that are signatures of the whole statement, and saying so."""
        members = _parts(raw)
        entries = [bytes(entry) for entry in _items(members.pop("attachments", b"[]"))]
        kept = [entry for entry in entries if _value(entry)["usageType"] != SIGNATURE]
        dropped |= {_value(entry)["sha2"].lower() for entry in entries if entry not in kept}
        if kept:
            members["attachments"] = b"[" + b",".join(kept) + b"]"
        context = _parts(members.get("context", b"{}"))
        extensions = _parts(context.get("extensions", b"{}"))
        extensions[self.extension] = b"true"
        context["extensions"] = _together(extensions)
        members["context"] = _together(context)
        return _together(members)


def _mentions(actor: dict, keys: Mapping[str, str]) -> bool:
    return agent_key(actor) in keys or any(agent_key(member) in keys for member in actor.get("member", ()))


def _declared(statement: dict) -> list[dict]:
    return [*statement.get("attachments", ()), *statement["object"].get("attachments", ())]


def _wordless(members: dict[str, bytes], dropped: set[str]) -> None:
    """Take out what the actor said: the response, extensions, attachments."""
    for name in ("result", "context"):
        if name in members:
            inner = {key: value for key, value in _parts(members[name]).items() if key not in _OWN_WORDS}
            members[name] = _joined(inner, members[name])
            if members[name] == b"{}":
                del members[name]
    attachments = members.pop("attachments", None)
    if attachments:
        dropped |= {entry["sha2"].lower() for entry in _value(attachments)}


def _plain(raw: bytes) -> str:
    """JSON with no more escapes than it needs, to be searched."""
    return json.dumps(_value(raw), ensure_ascii=False) if b"\\" in raw else raw.decode()


def _change(members: dict[str, bytes], name: str, change: Callable[[bytes], bytes]) -> None:
    if name in members:
        members[name] = change(members[name])


def _each(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    before = [bytes(item) for item in _items(raw)]
    after = [change(item) for item in before]
    return raw if after == before else b"[" + b",".join(after) + b"]"


def _parts(raw: bytes) -> dict[str, bytes]:
    return {key: bytes(value) for key, value in _members(raw).items()}


def _joined(members: dict[str, bytes], raw: bytes) -> bytes:
    """The object put together again; ``raw`` itself when nothing in it changed."""
    return raw if members == _parts(raw) else _together(members)


def _together(members: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(orjson.dumps(key) + b":" + value for key, value in members.items()) + b"}"
