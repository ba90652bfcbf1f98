"""``./run cli package …``: import packages from files."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from accounts.people import queries as people
from core import cli
from core.errors import DomainError, NotFound
from scorm.packages import formats, report
from scorm.packages.importing import Imported, import_package

log = logging.getLogger("colloquium.packages")


@click.group("package", cls=cli.HonestGroup)
def package() -> None:
    """E-learning packages."""


@package.command("import")
@click.argument("files", metavar="FILE_OR_FOLDER…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--theme", help="Theme of the new items, for example “Safety / Fire”.")
@click.option("--owner", metavar="EMAIL", help="The author they belong to.")
@click.option("--publish", is_flag=True, help="Publish at once instead of keeping drafts.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value: a list with one report a file.")
@click.pass_context
def import_files(ctx: click.Context, files: tuple[Path, ...], theme: str | None, owner: str | None, publish: bool, as_json: bool) -> None:
    """Import files, and every .zip in folders and what is below them; say of each what came of it.

    One that fails does not hold up the others. To go on after an interruption, import the same again: what is there already is not doubled.
    Exit code 0 when all were accepted (or known already), 1 when any was not.
    """
    owner_id = _owner(owner)
    results = []
    for path in _expanded(files):
        results.append(_one(path, theme=theme, owner_id=owner_id, publish=publish))
        if not as_json:
            click.echo(_lines(results[-1]))
    bad = sum(not result["accepted"] for result in results)
    cli.emit(results, as_json=as_json, text=f"{len(results) - bad} of {len(results)} are there now, {bad} are not")
    if bad or not results:
        ctx.exit(1)


def _expanded(files: Iterable[Path]) -> Iterator[Path]:
    for path in files:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.suffix.lower() == ".zip" and p.is_file() and not p.name.startswith("."))
        else:
            yield path


def _owner(email: str | None) -> int | None:
    if email is None:
        return None
    person = people.by_email(email)
    if person is None:
        raise NotFound(f"Nobody has the address {email}.")
    return person.id


def _one(path: Path, *, theme: str | None, owner_id: int | None, publish: bool) -> dict:
    try:
        with path.open("rb") as stream:
            imported = import_package(stream, name=path.name, owner_id=owner_id, theme=theme, publish=publish)
    except OSError as error:
        return _failed(path, "unreadable", error.strerror or str(error))
    except DomainError as error:
        return _failed(path, error.code, str(error.message))
    except Exception as error:
        log.exception("importing %s failed", path)
        return _failed(path, "unexpected", f"Something broke on our side ({type(error).__name__}); the log says what.")
    return {"path": str(path), **_facts(imported)}


def _facts(imported: Imported) -> dict:
    known = {"uuid": imported.package_uuid, "item": imported.item_uuid, "duplicate": imported.duplicate}
    return {**report.in_words(imported.report), **known, "accepted": imported.accepted}


def _failed(path: Path, code: str, message: str) -> dict:
    return {"path": str(path), "accepted": False, "findings": [{"severity": "error", "code": code, "message": message, "where": ""}]}


def _lines(result: dict) -> str:
    """One file for people: what it is, then its findings."""
    if result["accepted"]:
        state = "already there" if result["duplicate"] else "imported"
        format_ = formats.in_words(result["format"], result["edition"])
        first = f"{state}: {result['path']}: {result['title']} ({format_}, item {result['item']})"
    else:
        first = f"refused: {result['path']}"
    details = [f"  {f['severity']}: {f['message']}" + (f" [{f['where']}]" if f["where"] else "") for f in result["findings"]]
    return "\n".join([first, *details])
