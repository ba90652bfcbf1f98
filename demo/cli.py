"""``./run cli demo …``."""

import click

from core import cli


@click.group("demo", cls=cli.HonestGroup)
def demo() -> None:
    """Content to try things with."""
