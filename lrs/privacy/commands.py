"""``./run cli privacy report|export|merge|split|pseudonymise|erase|resume|reapply|history|compact``."""

import json

import click
from sqlalchemy import select

from core import cli
from core.db import db, write
from core.erasure import ERASE, PSEUDONYMISE, Subject, registered
from lrs.identities import queries as identities
from lrs.identities import service as merging
from lrs.identities.rules import clean_key
from lrs.privacy import audit, compaction, service
from lrs.privacy.models import Audit, Erasure

_IDENTIFIER = click.argument("identifier")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_DRY = click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
_REASON = click.option("--reason", default="", help="Why, for the audit; without the person's name.")


@click.group("privacy", cls=cli.HonestGroup)
def privacy() -> None:
    """What is held about a person; identifiers of one person; pseudonymise and erase.

    IDENTIFIER is an e-mail address or an agent key like "account https://example.org 4711".
    """


@privacy.command()
@_IDENTIFIER
@_JSON
def report(identifier: str, as_json: bool) -> None:
    """What is held about a person: identifiers and counts."""
    _report(service.subject_of(identifier), as_json)


@privacy.command()
@_IDENTIFIER
def export(identifier: str) -> None:
    """Everything that is held about a person, one JSON object a line."""
    subject = service.subject_of(identifier)
    for eraser in registered().values():
        for value in eraser.export(subject):
            click.echo(json.dumps(value, ensure_ascii=False, default=str))
    with write():
        audit.note("export", target=subject.pseudonym)


@privacy.command()
@click.argument("one")
@click.argument("other")
@_REASON
@_DRY
@_JSON
def merge(one: str, other: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Declare that two identifiers are one person. Statements stay as they are."""
    people = sorted({*identities.identifiers_of(clean_key(one)), *identities.identifiers_of(clean_key(other))})
    if not dry_run:
        with write():
            merging.merge(one=one, other=other, by=audit.doer()[0])
            audit.note("merge", target=" = ".join((clean_key(one), clean_key(other))), reason=reason)
    cli.emit({"identifiers": people, "dry_run": dry_run}, as_json=as_json, text="one person: " + "; ".join(people))


@privacy.command()
@click.argument("one")
@click.argument("other")
@_REASON
@_DRY
@_JSON
def split(one: str, other: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Take back that two identifiers are one person."""
    link = merging.link_between(one, other)
    if not dry_run:
        with write():
            merging.split(link_id=link.id)
            audit.note("split", target=" = ".join((link.one, link.other)), reason=reason)
    cli.emit({"one": link.one, "other": link.other, "dry_run": dry_run}, as_json=as_json, text=f"split {link.one} from {link.other}")


@privacy.command()
@_IDENTIFIER
@_REASON
@_DRY
@_JSON
def pseudonymise(identifier: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Take a person's identity out of everything; what they wrote stays under a pseudonym."""
    _forget(identifier, PSEUDONYMISE, reason, dry_run, as_json)


@privacy.command()
@_IDENTIFIER
@_REASON
@_DRY
@_JSON
def erase(identifier: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Take a person's identity and their words out of everything; counts stay."""
    _forget(identifier, ERASE, reason, dry_run, as_json)


@privacy.command()
@_JSON
def resume(as_json: bool) -> None:
    """Finish what was begun and interrupted."""
    service.advance()
    running = db.session.scalars(select(Erasure.uuid).where(Erasure.state == "running")).all()
    cli.emit({"running": list(running)}, as_json=as_json, text="nothing is left to do" if not running else "still running")


@privacy.command()
@_DRY
@_JSON
def reapply(dry_run: bool, as_json: bool) -> None:
    """Erase again what the journal knows and this database, restored from an older backup, does not."""
    with write():
        begun = [run.uuid for run in service.reapply()]
        if dry_run:
            db.session.rollback()
    if begun and not dry_run:
        service.advance()
    cli.emit({"erasures": begun, "dry_run": dry_run}, as_json=as_json, text=f"{len(begun)} to be erased again")


@privacy.command()
@click.option("--limit", default=50, show_default=True)
@_JSON
def history(limit: int, as_json: bool) -> None:
    """The audit, the newest first."""
    rows = [_plain(row) for row in db.session.scalars(audit.listing().limit(limit))]
    text = "\n".join(f"{r['at']}  {r['verb']:<14} {r['by']:<20} {r['target']} {r['counts'] or ''}" for r in rows)
    cli.emit(rows, as_json=as_json, text=text or "nothing yet")


@privacy.command()
@_JSON
def compact(as_json: bool) -> None:
    """Let the database give up the space of what was erased, however large it is."""
    compaction.settle(whatever_size=True)
    compaction.compact(whatever_size=True)
    cli.emit({"compacted": True}, as_json=as_json, text="compacted")


def _forget(identifier: str, mode: str, reason: str, dry_run: bool, as_json: bool) -> None:
    if dry_run:
        _report(service.subject_of(identifier), as_json)
        return
    service.settle()
    with write():
        uuid = service.start(identifier=identifier, mode=mode, reason=reason).uuid
    service.advance(uuid)
    run = db.session.scalar(select(Erasure).where(Erasure.uuid == uuid))
    found = {"erasure": uuid, "state": run.state, "pseudonym": run.pseudonym, "counts": run.counts, "compacted": run.compacted}
    counts = "\n".join(f"{what}: {count}" for what, count in run.counts.items())
    cli.emit(found, as_json=as_json, text=f"{run.state}; the pseudonym is {run.pseudonym}\n{counts}")


def _report(subject: Subject, as_json: bool) -> None:
    held = service.describe(subject)
    lines = [f"{name}.{what}: {count}" for name, counts in held.items() for what, count in counts.items()]
    text = "\n".join([*(f"identifier: {key}" for key in subject.identifiers), *lines])
    cli.emit({"identifiers": subject.identifiers, "held": held}, as_json=as_json, text=text)


def _plain(row: Audit) -> dict:
    names = ("verb", "by", "target", "counts", "reason")
    return {"at": row.at.isoformat(timespec="seconds")} | {name: getattr(row, name) for name in names}
