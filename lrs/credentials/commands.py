"""``./run cli key create|list|revoke``."""

from datetime import UTC, datetime

import click

from core import cli
from core.db import db, write
from lrs.credentials import queries, rules, service
from lrs.credentials.models import Credential


@click.group("key", cls=cli.HonestGroup)
def keys() -> None:
    """Keys with which machines read and write statements."""


@keys.command()
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help=f"May be given more than once: {', '.join(rules.SCOPES)}.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC) on which it no longer works.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; this command always does.")
def create(name: str, scopes: tuple[str, ...], expires: datetime | None, as_json: bool) -> None:
    """Make a key and print it with its secret, which is shown only now."""
    with write():
        issued = service.create(name=name, scopes=scopes, expires_at=expires.replace(tzinfo=UTC) if expires else None)
    cli.emit(issued._asdict(), as_json=True)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """Every key, without its secret."""
    found = [_plain(c) for c in db.session.scalars(queries.listing())]
    lines = (f"{c['key']}  {'revoked ' if c['revoked_at'] else ''}{' '.join(c['scopes'])}  {c['name']}" for c in found)
    cli.emit(found, as_json=as_json, text="\n".join(lines) or "no keys")


@keys.command()
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def revoke(key: str, as_json: bool) -> None:
    """Refuse a key from now on."""
    with write():
        found = _plain(service.revoke(key=key))
    cli.emit(found, as_json=as_json, text=f"revoked {found['key']} ({found['name']})")


def _plain(c: Credential) -> dict:
    times = {
        name: value.isoformat() if (value := getattr(c, name)) else None
        for name in ("created_at", "expires_at", "revoked_at", "last_used_at")
    }
    return {"key": c.key, "name": c.name, "scopes": c.scopes.split(), **times}
