"""``./run cli storage copy FROM TO``."""

import click
from flask import current_app

from core import cli
from core.settings import UnsafeConfiguration
from core.storage import Storage, at
from core.storage.copying import Comparison, copy


@click.group("storage", cls=cli.HonestGroup)
def storage_group() -> None:
    """Where files are kept."""


@storage_group.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--verify-only", is_flag=True, help="Compare; copy nothing.")
@click.option("--quiet", is_flag=True, help="Do not tell how it goes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def copy_command(ctx: click.Context, source: str, target: str, verify_only: bool, quiet: bool, as_json: bool) -> None:
    """Copy every file FROM one place TO another (``local`` or ``s3://bucket/prefix``) and read it back there.

    Begun again, it goes on. Exit code 1 when something is missing or different in the end.
    """
    if source.rstrip("/") == target.rstrip("/"):
        raise click.UsageError("FROM and TO are the same place.")
    tell = (lambda _line: None) if quiet else (lambda line: click.echo(f"  {line}", err=True))
    found = copy(_at(source), _at(target), verify_only=verify_only, progress=tell)
    cli.emit(found.as_dict(), as_json=as_json, text=_told(found, target))
    if not found.complete:
        ctx.exit(1)


def _at(place: str) -> Storage:
    try:
        return at(place, current_app.config["SETTINGS"])
    except UnsafeConfiguration as error:
        raise click.BadParameter(f"{place!r} is no place for files; it must be local, or look like s3://bucket/prefix") from error


def _told(found: Comparison, target: str) -> str:
    lines = [f"{found.files} files, {found.bytes} bytes: {found.same} are the same in {target}, {found.copied} of them copied now"]
    lines += [f"missing: {key}" for key in found.missing] + [f"different: {key}" for key in found.different]
    if found.only_there:
        lines.append(f"{len(found.only_there)} are only in {target}; they stay: {', '.join(found.only_there[:5])}")
    return "\n".join(lines)
