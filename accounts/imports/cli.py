"""``./run cli user import FILE.csv``."""

from pathlib import Path

import click

from accounts.imports import rules, runner, service
from accounts.people.cli import as_json_option, user
from core import cli


@user.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@as_json_option
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Create and update people from a CSV file with the columns email, name, role, language, groups.

    Exit code 1 when a line could not be imported; the other lines are.
    """
    sheet = rules.read(file.read_bytes())
    outcomes = runner.execute(sheet.rows, trial=dry_run)
    counted = service.counts(outcomes)
    lines = [{"line": o.line, "email": o.email, "status": o.status, "reason": o.reason} for o in outcomes]
    report = {"dry_run": dry_run, **counted, "ignored_columns": list(sheet.ignored), "lines": lines}
    summary = ", ".join(f"{count} {status}" for status, count in counted.items())
    text = [f"line {entry['line']}: {entry['email']} {entry['status']} {entry['reason']}".rstrip() for entry in lines]
    cli.emit(report, as_json=as_json, text="\n".join([*text, ("trial: " if dry_run else "") + summary]))
    if counted["error"]:
        ctx.exit(1)
