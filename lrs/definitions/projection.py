"""Fold what statements say about activities and verbs into the dictionary."""

from collections.abc import Iterable, Sequence

import orjson
from sqlalchemy import delete, insert, select, update

from core.db import db
from lrs.definitions import rules
from lrs.definitions.models import Definition
from lrs.definitions.rules import Said
from lrs.statements.entries import Entry
from lrs.statements.terms import digest


class DefinitionProjection:
    """The canonical definitions. Who may define stands in the log itself, as ``trust`` (ADR 0025), so a rebuild finds the same.

    A voided statement keeps what it said: rolling back is optional (1.0.3 Data 2.3.2), and a name stays true.
    """

    name = "definitions"

    def fold(self, entries: Sequence[Entry]) -> None:
        """Take in a batch of the log, oldest first."""
        said = [(s, e.trust in rules.FIRM) for e in entries if rules.defines(e.trust) for s in rules.said_in(e.statement)]
        if not said:
            return
        known = _known({digest((s.kind, s.iri)) for s, _ in said})
        changed: dict[bytes, dict] = {}
        for one, firm in said:
            key = digest((one.kind, one.iri))
            row = _after(known.get(key), one, firm=firm)
            if row is not None:
                known[key] = changed[key] = row
        _save(changed)

    def clear(self) -> None:
        """Forget everything, to be folded again from the beginning of the log."""
        db.session.execute(delete(Definition))


def _after(row: dict | None, said: Said, *, firm: bool) -> dict | None:
    """The row once this has been said, or None when nothing changes. Whoever may define replaces what a launched course said, and a
    course then adds nothing more: packages are other people's programs and may not rename what is not theirs."""
    if row is not None and row["firm"] and not firm:
        return None
    whole = row["whole"] if row is not None and row["firm"] == firm else None
    merged = rules.merged(said.kind, whole, said.what)
    if merged == whole:
        return None
    names, body = orjson.dumps(rules.names_in(said.kind, merged)), _json(merged)
    if body is None or len(body) > rules.LONGEST:
        return None
    return {
        "kind": said.kind,
        "iri": said.iri,
        "firm": firm,
        "names": names,
        "body": body if said.kind == rules.ACTIVITY else None,
        "whole": merged,
        "new": row is None or row["new"],
    }


def _json(value: dict) -> bytes | None:
    """None for integers beyond 64 bits in an extension; such a definition is not taken in."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return None


def _known(digests: Iterable[bytes]) -> dict[bytes, dict]:
    found = {}
    d = Definition
    for row in db.session.execute(select(d.digest, d.kind, d.firm, d.names, d.body).where(d.digest.in_(list(digests)))):
        whole = orjson.loads(row.body if row.kind == rules.ACTIVITY else row.names)
        found[bytes(row.digest)] = {"firm": row.firm, "whole": whole, "new": False}
    return found


def _save(changed: dict[bytes, dict]) -> None:
    rows = [{"digest": key, **{n: row[n] for n in ("kind", "iri", "firm", "names", "body", "new")}} for key, row in changed.items()]
    fresh = [{n: v for n, v in row.items() if n != "new"} for row in rows if row["new"]]
    if fresh:
        db.session.execute(insert(Definition), fresh)
    for row in rows:
        if not row["new"]:
            values = {n: row[n] for n in ("firm", "names", "body")}
            db.session.execute(update(Definition).where(Definition.digest == row["digest"]).values(**values))
