"""``./run cli …``: the administrator's commands. Each package registers its group; ``--json`` prints one JSON value."""

import json

import click
from flask import Flask

from core.errors import DomainError


class _Honest:
    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"error: {error.message}", err=True)
            for name, messages in error.fields.items():
                click.echo(f"  {name}: {messages if isinstance(messages, str) else '; '.join(map(str, messages))}", err=True)
            ctx.exit(1)


class HonestGroup(_Honest, click.Group):
    """A refusal of the domain is one line on standard error and exit code 1; a wrong call exits with 2 (click's own)."""


class HonestCommand(_Honest, click.Command):
    """The same for a command that stands alone."""


def register(app: Flask, command: click.Command) -> None:
    """Add a command or group to ``./run cli``. Groups should be ``cls=HonestGroup``, commands ``cls=HonestCommand``."""
    app.cli.add_command(command)


def emit(value, *, as_json: bool, text: str | None = None) -> None:
    """Print ``value`` as JSON, or the text for people."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str) if as_json else (text if text is not None else str(value)))
