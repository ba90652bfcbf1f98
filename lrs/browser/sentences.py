"""A statement as a line: who did what, in words, and what came of it, as chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from lrs.browser import names, queries, words
from lrs.browser.names import Names
from lrs.browser.queries import Row
from lrs.browser.rules import shortened
from lrs.statements import formats
from lrs.statements.errors import Broken
from lrs.statements.keys import agent_key
from lrs.statements.parse import parse
from lrs.statements.terms import ACTIVITY, AGENT, VERB

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTABLE = timedelta(minutes=2)
# What a list can meet in bytes that were not stored by this version, or were damaged: a line says so, the others stay readable.
UNREADABLE = (Broken, KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Chip:
    """A piece of the result; ``kind`` is "good", "bad" or plain."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """One statement of a list. ``happened`` is when its sender says it did, where that is some minutes from when it was received."""

    seq: int
    id: str
    stored: datetime
    sentence: Markup
    chips: Sequence[Chip] = ()
    happened: datetime | None = None
    voided: bool = False


def stored_at(seq: int) -> datetime:
    return _EPOCH + timedelta(microseconds=seq)


def lines(rows: Sequence[Row]) -> list[Line]:
    """The lines of a page; four queries at most, however many rows."""
    parsed = [_parsed(row) for row in rows]
    bare = [row for row, statement in zip(rows, parsed, strict=True) if statement is None]
    texts = queries.texts({n for row in bare for n in (row.actor_id, row.verb_id, row.activity_id) if n is not None}) if bare else {}
    also = [key for row in bare for key in _keys(row, texts)]
    called = names.of([statement for statement in parsed if statement is not None], also=also)
    return [_line(row, statement, called, texts) for row, statement in zip(rows, parsed, strict=True)]


def _parsed(row: Row) -> dict | None:
    """The statement when it is small enough and whole."""
    if row.payload is None:
        return None
    try:
        statement = parse(bytes(row.payload))
        return statement if statement["verb"]["id"] and statement["actor"] and statement["object"] else None
    except UNREADABLE:
        return None


def _keys(row: Row, texts: dict[int, str]) -> list[tuple[str, str]]:
    pairs = ((AGENT, row.actor_id), (VERB, row.verb_id), (ACTIVITY, row.activity_id))
    return [(kind, texts[number]) for kind, number in pairs if number in texts]


def _line(row: Row, statement: dict | None, called: Names, texts: dict[int, str]) -> Line:
    if statement is None:
        return _by_its_keys(row, called, texts)
    try:
        return Line(
            row.seq,
            str(row.id),
            stored_at(row.seq),
            sentence(statement, called),
            chips(statement),
            _happened(statement, row.seq),
            row.voided,
        )
    except UNREADABLE:
        return _by_its_keys(row, called, texts)


def _by_its_keys(row: Row, called: Names, texts: dict[int, str]) -> Line:
    """What the columns of the log say of a statement that is too large for a list or cannot be read."""
    key, verb, iri = (texts.get(n) if n is not None else None for n in (row.actor_id, row.verb_id, row.activity_id))
    actor = called.of_key(key) if key else _("Somebody")
    did = called.verb({"id": verb}) if verb else "?"
    what = called.activity({"id": iri}) if iri else _("something")
    if row.payload is None:
        note = _("too large to be shown in a list: %(size)s", size=words.size(row.size))
    else:
        note = _("cannot be read")
    return Line(row.seq, str(row.id), stored_at(row.seq), _said(actor, did, what), (Chip(note, "bad"),), None, row.voided)


def sentence(statement: dict, called: Names) -> Markup:
    """``Alice Martin passed Golf Quiz``; every name stands in a <bdi>, so that its direction is its own."""
    actor = who(statement["actor"], called)
    target = statement["object"]
    kind = target.get("objectType", "Activity")
    did = called.verb(statement["verb"])
    if kind == "SubStatement":
        parts = {"actor": _name(actor), "verb": _verb(did), "statement": sentence(target, called)}
        return Markup(_("%(actor)s %(verb)s: “%(statement)s”")) % parts  # noqa: S704 - our own text; what is put in is escaped
    if kind == "StatementRef":
        return _said(actor, did, _("a statement"))
    return _said(actor, did, who(target, called) if kind in ("Agent", "Group") else called.activity(target))


def who(agent: dict, called: Names) -> str:
    """A name for an agent or group; an anonymous group is its members."""
    name = called.agent(agent)
    if name:
        return name
    members = agent.get("member", ())
    first = ", ".join(filter(None, (called.agent(member, 40) for member in members[:3])))
    rest = len(members) - 3
    return ngettext("%(names)s and %(num)d other", "%(names)s and %(num)d others", rest, names=first) if rest > 0 else first or _("A group")


def _said(actor: str, verb: str, target: str) -> Markup:
    # The translation puts the three in the order of its language; what is put in is escaped by Markup.
    return Markup(_("%(actor)s %(verb)s %(object)s")) % {"actor": _name(actor), "verb": _verb(verb), "object": _name(target)}  # noqa: S704


def _name(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _verb(text: str) -> Markup:
    return Markup('<bdi class="verb">{}</bdi>').format(text)


def chips(statement: dict) -> list[Chip]:
    """Score, success, completion, duration, response and attachments, as far as the statement has them."""
    result = statement.get("result", {})
    found = []
    if points := words.score(result.get("score", {})):
        found.append(Chip(points))
    if "success" in result:
        found.append(Chip(_("successful"), "good") if result["success"] else Chip(_("not successful"), "bad"))
    if "completion" in result:
        found.append(Chip(_("complete"), "good") if result["completion"] else Chip(_("not complete")))
    if "duration" in result:
        found.append(Chip(words.duration(result["duration"])))
    if result.get("response", "").strip():
        found.append(Chip(_("answer: %(response)s", response=shortened(result["response"], 60))))
    if attached := len(statement.get("attachments", ())):
        found.append(Chip(ngettext("%(num)d attachment", "%(num)d attachments", attached)))
    return found


def _happened(statement: dict, seq: int) -> datetime | None:
    """The time of the act, where it is not about the time of receipt."""
    moment = happened_at(statement)
    return moment if moment is not None and abs(moment - stored_at(seq)) > _NOTABLE else None


def happened_at(statement: dict) -> datetime | None:
    microseconds = formats.instant(statement.get("timestamp", "").upper())
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)


def actor_key(statement: dict) -> str | None:
    return agent_key(statement["actor"])
