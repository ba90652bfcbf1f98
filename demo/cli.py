"""``./run cli demo …``: content to try things with."""

import secrets
import sys
from dataclasses import asdict

import click
from flask import current_app

from core import cli, identity, migrate
from core.db import write
from demo.script import script
from demo.service import load

SHOWN = ("miriam", "jonas", "farah", "amara", "mehdi")


@click.group("demo", cls=cli.HonestGroup)
def demo() -> None:
    """Content to try things with."""


@demo.command("load")
@click.option("--password-stdin", is_flag=True, help="Read the password of the new people from standard input instead of making one up.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
def load_demo(password_stdin: bool, as_json: bool) -> None:
    """Fill the installation with people, courses, talk and two months of learning. A second time adds nothing."""
    migrate.upgrade()
    with write():
        identity.establish(current_app.config["SETTINGS"].origin)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else "-".join(secrets.token_hex(2) for _ in range(4))
    loaded = load(password=password, say=lambda text: click.echo(f"  {text}", err=True))
    shown = password if loaded.people and not password_stdin else None
    cli.emit(asdict(loaded) | ({"password": shown} if shown else {}), as_json=as_json, text="\n".join(_lines(loaded, shown)))


def _lines(loaded, password: str | None):
    if not (loaded.people or loaded.items or loaded.acts):
        yield "The demonstration is loaded already; nothing was added."
        return
    yield f"Added {loaded.people} people, {loaded.items} items and {loaded.acts} acts."
    if loaded.people:
        yield "Sign in as one of these (and more, see Administration):"
        for key in SHOWN:
            role = script().people[key]
            yield f"  {role.email:<22} {role.name}, {role.role}"
    if password:
        yield f"Their password, shown this once: {password}"
