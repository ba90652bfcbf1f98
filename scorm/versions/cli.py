"""``./run cli package …``: new versions, their history, and the way back."""

from pathlib import Path

import click

from accounts.people import queries as people
from core import cli
from core.clock import now
from core.db import write
from core.errors import NotFound
from core.storage import discard as discard_files
from scorm.packages import queries as packages
from scorm.packages import report
from scorm.packages.importing import import_package
from scorm.versions import queries, rules, service

_ATTEMPTS = click.option(
    "--attempts", type=click.Choice([rules.STAY, rules.MOVE]), default=rules.STAY, show_default=True,
    help="Attempts in progress stay on their version, or go on with this one where that can be.",
)  # fmt: skip
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")


def add_to(group: click.Group) -> None:
    """Add the commands to ``package``."""
    for command in (upload, history, use, discard):
        group.add_command(command)


@click.command("upload-version", cls=cli.HonestCommand)
@click.argument("package")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--note", default="", help="What is new in it, for the history.")
@click.option("--by", metavar="EMAIL", help="The author who brings it.")
@click.option("--use", "at_once", is_flag=True, help="Use it at once.")
@_ATTEMPTS
@_JSON
@click.pass_context
def upload(ctx: click.Context, package: str, file: Path, note: str, by: str | None, at_once: bool, attempts: str, as_json: bool) -> None:
    """Import FILE as the next version of PACKAGE (a uuid). It waits until it is used. Exit code 1 when it is refused."""
    by_id = _person(by)
    with file.open("rb") as stream:
        imported = import_package(stream, name=file.name, owner_id=by_id, version_of=package, note=note[: rules.MAX_NOTE])
    facts = {**report.in_words(imported.report), "number": imported.number, "duplicate": imported.duplicate}
    lines = [f"  {f['severity']}: {f['message']}" + (f" [{f['where']}]" if f["where"] else "") for f in facts["findings"]]
    if not imported.accepted:
        cli.emit(facts, as_json=as_json, text="\n".join([f"refused: {file}", *lines]))
        ctx.exit(1)
    first = f"already version {imported.number}: {file}" if imported.duplicate else f"version {imported.number}: {file}"
    if at_once:
        facts |= _use(package, imported.number, attempts, by_id)
    cli.emit(facts, as_json=as_json, text="\n".join([first, *lines]))


@click.command("versions", cls=cli.HonestCommand)
@click.argument("package")
@_JSON
def history(package: str, as_json: bool) -> None:
    """List the versions of PACKAGE (a uuid), the newest first."""
    found = packages.by_uuid(package)
    lines, _total = queries.page(found, 1, 1000)
    rows = [
        {
            "number": line.version.number, "state": queries.state_of(found, line.version),
            "uploaded_at": line.version.created_at.isoformat(),
            "by": line.by.name if line.by else None, "file": line.version.original_name, "size": line.version.original_size,
            "note": line.version.note, "attempts": line.count.attempts, "in_progress": line.count.in_progress,
        }
        for line in lines
    ]  # fmt: skip
    text = "\n".join(
        f"{r['number']:>4}  {r['state']:<8} {r['uploaded_at'][:16]}  {r['file']}  {r['attempts']} attempts, {r['in_progress']} in progress"
        for r in rows
    )
    cli.emit(rows, as_json=as_json, text=text)


@click.command("use-version", cls=cli.HonestCommand)
@click.argument("package")
@click.argument("number", type=int)
@click.option("--by", metavar="EMAIL", help="Who decides it, for the history.")
@_ATTEMPTS
@_JSON
def use(package: str, number: int, by: str | None, attempts: str, as_json: bool) -> None:
    """Make version NUMBER of PACKAGE (a uuid) the one that new launches play; an older one to roll back."""
    facts = _use(package, number, attempts, _person(by))
    text = f"version {number} is played; {facts['moved']} attempts moved, {facts['stayed']} stayed"
    cli.emit(facts, as_json=as_json, text=text)


@click.command("discard-version", cls=cli.HonestCommand)
@click.argument("package")
@click.argument("number", type=int)
@click.option("--by", metavar="EMAIL", help="Who decides it, for the history.")
def discard(package: str, number: int, by: str | None) -> None:
    """Discard version NUMBER of PACKAGE (a uuid), which was never used, with its files."""
    with write():
        version = queries.of_package(packages.by_uuid(package), number)
        keys = service.discard(version=version, by_id=_person(by), at=now())
    discard_files(keys)
    click.echo(f"version {number} is discarded")


def _use(package: str, number: int, attempts: str, by_id: int | None) -> dict:
    with write():
        version = queries.of_package(packages.by_uuid(package), number)
        change = service.use(version=version, attempts=attempts, by_id=by_id, at=now())
        return {"number": number, "moved": change.moved if change else 0, "stayed": change.stayed if change else 0}


def _person(email: str | None) -> int | None:
    if email is None:
        return None
    person = people.by_email(email)
    if person is None:
        raise NotFound(f"Nobody has the address {email}.")
    return person.id
