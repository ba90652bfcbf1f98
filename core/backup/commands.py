"""``./run cli backup|verify|restore FILE``."""

from pathlib import Path

import click

from core import cli
from core.backup import contents, restoring, taking

_FILE = click.Path(path_type=Path, dir_okay=False)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_QUIET = click.option("--quiet", is_flag=True, help="Do not tell how it goes.")


@click.command(cls=cli.HonestCommand)
@click.argument("file", type=_FILE)
@_JSON
@_QUIET
def backup(file: Path, as_json: bool, quiet: bool) -> None:
    """Write everything (rows and stored files, not the secret key) to FILE, while the server serves."""
    done = taking.take(file.resolve(), _progress(quiet))
    left = f"; LEFT OUT, for no part of the program knows them: {', '.join(done['left_out'])}" if done["left_out"] else ""
    cli.emit(done, as_json=as_json, text=f"{file}: {_size(done)}, {done['bytes']} bytes, {done['seconds']} s{left}")


@click.command(cls=cli.HonestCommand)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_JSON
@_QUIET
def verify(file: Path, as_json: bool, quiet: bool) -> None:
    """Read all of FILE and say whether it is what was written; exit code 1 when it is not."""
    found = contents.check(file, _progress(quiet))
    manifest, totals = found.manifest, found.totals
    told = {
        "file": str(file),
        "created_at": manifest.created_at.isoformat(),
        "schema": manifest.schema,
        "installation": manifest.installation,
        "database": manifest.database,
        "rows": totals.rows,
        "files": totals.files,
        "file_bytes": totals.file_bytes,
    }
    of = f"of {manifest.created_at:%Y-%m-%d %H:%M} UTC, schema {manifest.schema}"
    cli.emit(told, as_json=as_json, text=f"{file} is whole: {_size(told)}, {of}")


@click.command(cls=cli.HonestCommand)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="Put the backup in the place of what is here.")
@_JSON
@_QUIET
def restore(file: Path, replace: bool, as_json: bool, quiet: bool) -> None:
    """Make this installation what FILE holds. Stop the server first; FILE is checked before anything is touched."""
    done = restoring.restore(file, replace=replace, progress=_progress(quiet))
    note = "\nEverybody signs in again. Keys that were revoked after the backup are valid again: see ./run cli key list"
    cli.emit(done, as_json=as_json, text=f"restored {_size(done)}, {done['seconds']} s{note}")


def _size(told: dict) -> str:
    return f"{sum(told['rows'].values())} rows in {len(told['rows'])} tables, {told['files']} files"


def _progress(quiet: bool):
    return (lambda _line: None) if quiet else (lambda line: click.echo(f"  {line}", err=True))
