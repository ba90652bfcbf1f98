"""``./run cli key create|list|show|update|rotate|revoke``."""

from datetime import UTC, datetime, timedelta

import click

from core import cli
from core.db import db, write
from lrs.credentials import queries, rules, service
from lrs.credentials.models import Credential

_TIMES = ("created_at", "expires_at", "revoked_at", "last_used_at", "rotated_at")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_origin = click.option("--origin", "origins", multiple=True, help="A site whose pages may use it; * for every site. May be repeated.")
_rate = click.option("--rate-limit", type=click.IntRange(0, rules.MOST_PER_MINUTE), help="Most requests a minute; 0 for no limit.")


@click.group("key", cls=cli.HonestGroup)
def keys() -> None:
    """Keys with which machines read and write statements."""


@keys.command()
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help=f"May be given more than once: {', '.join(rules.SCOPES)}.")
@_origin
@_rate
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="First day (UTC) on which it no longer works.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; this command always does.")
def create(name: str, scopes: tuple, origins: tuple, rate_limit: int | None, expires: datetime | None, as_json: bool) -> None:
    """Make a key and print it with its secret, which is shown only now."""
    until = expires.replace(tzinfo=UTC) if expires else None
    with write():
        issued = service.create(name=name, scopes=scopes, origins=origins, rate_limit=rate_limit or None, expires_at=until)
    cli.emit(issued._asdict(), as_json=True)


@keys.command("list")
@_as_json
def list_keys(as_json: bool) -> None:
    """Every key, without its secret."""
    found = [_plain(c) for c in db.session.scalars(queries.listing())]
    lines = (f"{c['key']}  {'revoked ' if c['revoked_at'] else ''}{' '.join(c['scopes'])}  {c['name']}" for c in found)
    cli.emit(found, as_json=as_json, text="\n".join(lines) or "no keys")


@keys.command()
@click.argument("key")
@_as_json
def show(key: str, as_json: bool) -> None:
    """One key, without its secret."""
    _say(service.get(key=key), as_json)


@keys.command()
@click.argument("key")
@click.option("--name", help="What the key is for.")
@_origin
@click.option("--no-origins", is_flag=True, help="Let no site's pages use it.")
@_rate
@_as_json
def update(key: str, name: str | None, origins: tuple, no_origins: bool, rate_limit: int | None, as_json: bool) -> None:
    """Change a key's name, its origins (those given replace the ones before) or its limit."""
    if origins and no_origins:
        raise click.UsageError("--origin and --no-origins exclude each other")
    changes = {
        **({"name": name} if name is not None else {}),
        **({"origins": list(origins)} if origins or no_origins else {}),
        **({"rate_limit": rate_limit or None} if rate_limit is not None else {}),
    }
    if not changes:
        raise click.UsageError("nothing to change: give --name, --origin, --no-origins or --rate-limit")
    with write():
        service.edit(key=key, **changes)
    _say(service.get(key=key), as_json)


@keys.command()
@click.argument("key")
@click.option("--grace", type=click.IntRange(0), default=24, show_default=True, help="Hours in which the old secret still works.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; this command always does.")
def rotate(key: str, grace: int, as_json: bool) -> None:
    """Give a key a new secret and print it; it is shown only now."""
    with write():
        issued = service.rotate(key=key, grace=timedelta(hours=min(grace, 10_000)))
    cli.emit(issued._asdict(), as_json=True)


@keys.command()
@click.argument("key")
@_as_json
def revoke(key: str, as_json: bool) -> None:
    """Refuse a key from now on."""
    with write():
        found = _plain(service.revoke(key=key))
    cli.emit(found, as_json=as_json, text=f"revoked {found['key']} ({found['name']})")


def _say(credential: Credential, as_json: bool) -> None:
    found = _plain(credential)
    plain = {name: " ".join(value) if isinstance(value, list) else value for name, value in found.items()}
    cli.emit(found, as_json=as_json, text="\n".join(f"{name:17} {'-' if value in (None, '') else value}" for name, value in plain.items()))


def _plain(c: Credential) -> dict:
    times = {name: getattr(c, name) for name in _TIMES} | {"grace_until": c.old_secret_until}
    return {
        "key": c.key,
        "name": c.name,
        "scopes": c.scopes.split(),
        "origins": c.origins.split(),
        "rate_limit": c.rate_limit,
        **{name: value.isoformat() if value else None for name, value in times.items()},
    }
