"""``./run cli projection list|rebuild``."""

import click
from sqlalchemy import select

from core import cli
from core.db import db
from lrs.projections import service
from lrs.projections.models import Cursor
from lrs.projections.registry import registered


@click.group("projection", cls=cli.HonestGroup)
def projection() -> None:
    """What is derived from the log of statements."""


@projection.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_projections(as_json: bool) -> None:
    """Each projection, how far it has read, and whether it is failing."""
    cursors = {c.name: c for c in db.session.scalars(select(Cursor))}
    found = [
        {"name": n, "position": getattr(cursors.get(n), "position", 0), "failures": getattr(cursors.get(n), "failures", 0)}
        for n in sorted(registered())
    ]
    cli.emit(
        found,
        as_json=as_json,
        text="\n".join(f"{f['name']:<30} {f['position']} {'FAILING' if f['failures'] else 'ok'}" for f in found) or "none",
    )


@projection.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rebuild(name: str | None, as_json: bool) -> None:
    """Fold the whole log again, for one projection or for all."""
    done = service.rebuild(name)
    cli.emit(done, as_json=as_json, text="\n".join(f"{n}: {count} statements" for n, count in done.items()) or "no projections")
