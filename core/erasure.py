"""What is held about a person, and how it is forgotten. Each slice that holds personal data registers an :class:`Eraser` (ADR 0033).

A *subject* is a person by the keys of their xAPI agents (``account https://example.org 4711``, ``mbox mailto:ana@example.org``).
A slice that knows more about them says so in ``widen``; afterwards every slice is asked for the same subject. ``lrs.privacy`` leads.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from flask import Flask, current_app

from core.identity import identity_base

PSEUDONYMISE, ERASE = "pseudonymise", "erase"
MODES = (PSEUDONYMISE, ERASE)


@dataclass(frozen=True)
class Subject:
    """A person.

    ``pseudonyms``: each agent key with the UUID that takes its place; ``texts``: names and addresses that may stand in texts.
    ``pseudonym`` is the one for keys that need none of their own (each account here has its own). ``again``: they were forgotten
    before and a restore brought them back, so nothing may refuse.
    """

    pseudonym: str
    pseudonyms: Mapping[str, str] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    again: bool = False

    @property
    def identifiers(self) -> list[str]:
        return sorted(self.pseudonyms)

    def with_texts(self, *texts: str) -> "Subject":
        return replace(self, texts=self.texts | {text for text in texts if text})

    def with_identifiers(self, *keys: str) -> "Subject":
        """More keys of the same person; those that are known keep their pseudonym."""
        return replace(self, pseudonyms={**dict.fromkeys(keys, self.pseudonym), **self.pseudonyms})

    def uuids(self) -> dict[str, str]:
        """The person's own UUIDs here → pseudonyms: those keys that are accounts of this installation."""
        start = account_key("")
        return {key.removeprefix(start): new for key, new in self.pseudonyms.items() if key.startswith(start)}

    def secrets(self) -> re.Pattern | None:
        """What is replaced wherever it stands, for it can mean nobody else: addresses, UUIDs of ours, OpenIDs, hashes of addresses.

        Names and account names like "student" are not among them: they may be words.
        """
        found = {text for text in self.texts if "@" in text} | self.uuids().keys()
        for key in self.pseudonyms:
            kind, _, value = key.partition(" ")
            if kind != "account":
                found.add(value.removeprefix("mailto:"))
            elif "@" in (name := value.partition(" ")[2]):
                found.add(name)
        found |= {text.replace("@", "%40") for text in found}
        longest_first = sorted(found, key=lambda text: (-len(text), text))
        pattern = "|".join(map(re.escape, longest_first))
        return re.compile(rf"(?<![\w.%+-])(?:{pattern})(?![\w-]|\.\w)", re.IGNORECASE) if found else None

    def words(self) -> list[str]:
        """What people may have written about the person: names, account names, addresses."""
        accounts = {key.split(" ", 2)[2] for key in self.pseudonyms if key.startswith("account ")}
        addresses = {key.removeprefix("mbox mailto:") for key in self.pseudonyms if key.startswith("mbox ")}
        return sorted(self.texts | accounts | addresses)


def account_key(uuid: str) -> str:
    """The agent key of an account of this installation."""
    return f"account {identity_base()} {uuid}"


class Candidate(NamedTuple):
    """Somebody found by a search: an agent key and what to call them."""

    identifier: str
    label: str
    note: str = ""


class Step(NamedTuple):
    """What a chunk did (counts by what), and the position to go on from; None when there is nothing left."""

    counts: Mapping[str, int]
    position: int | None = None


class Mention(NamedTuple):
    """A text of somebody else's, or one that was kept, which seems to name the person: what kind, its UUID, where the name stands."""

    kind: str
    uuid: str
    start: int = 0
    length: int = 0


class Eraser:
    """What a slice does for a person's rights; a slice overrides what concerns it.

    All are called with an application context. ``begin`` and ``erase`` run inside ``write()``, and must be safe to repeat: after a crash
    the work goes on where the last committed unit of work ended.
    """

    names: Mapping[str, object] = {}  # what people call the things that ``describe`` and ``erase`` count

    def widen(self, subject: Subject) -> Subject:
        """Add identifiers (with the subject's ``pseudonym``) and texts of the same person. Asked again until nobody adds anything."""
        return subject

    def find(self, text: str, *, limit: int) -> list[Candidate]:
        """People that a search for a name, address or identifier may mean."""
        return []

    def identifiers(self) -> Iterable[str]:
        """Every agent key this slice holds, one after the other: a restored database is searched for erased ones."""
        return ()

    def describe(self, subject: Subject) -> dict[str, int]:
        """How many of what is held, in words of the interface."""
        return {}

    def export(self, subject: Subject) -> Iterator[dict]:
        """What is held, as JSON objects with a member ``part``."""
        return iter(())

    def begin(self, subject: Subject, *, mode: str) -> None:
        """In the first unit of work: shut the person out, take their identity away. Quick; may refuse with a domain error."""

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """One bounded chunk, from ``position`` (0 at first) on."""
        return Step({})

    def remains(self, subject: Subject) -> bool:
        """Asked in the last unit of work: has anything come in again meanwhile? Then the work begins anew."""
        return False

    def finish(self) -> None:
        """After the last unit of work, outside of it: let go of files that nothing needs any more. Safe to repeat."""

    def mentions(self, subject: Subject, *, position: int) -> tuple[list[Mention], int | None]:
        """One bounded chunk of the search for texts that name the person, and where to go on (None: done)."""
        return [], None

    def show(self, uuids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """UUID of a mention of this slice → (its text, the address of its page or nothing)."""
        return {}


def register(app: Flask, name: str, eraser: Eraser, *, order: int = 100) -> None:
    """Add a slice's eraser under a name that never changes (a run that was interrupted goes on by it); lower order comes first."""
    known = app.extensions.setdefault("colloquium.erasers", {})
    if name in known:
        raise ValueError(f"an eraser named {name!r} is already registered")
    known[name] = (order, len(known), eraser)


def registered() -> dict[str, Eraser]:
    """The erasers by name, in their order."""
    known = current_app.extensions.get("colloquium.erasers", {})
    return {name: known[name][2] for name in sorted(known, key=lambda n: known[n][:2])}
