"""``./run cli statements export|import``."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

import click

from core import cli
from core.identity import identity_base
from lrs.exchange import asked, queries
from lrs.exchange.foreign import Vouching
from lrs.exchange.importing import Problem, Tally, take
from lrs.exchange.sources import opened

_EVERY_SECONDS = 5.0


@click.group("statements", cls=cli.HonestGroup)
def statements() -> None:
    """Statements as files."""


def _option(name: str, text: str) -> Callable:
    return click.option(f"--{name.replace('_', '-')}", name, help=text)


@statements.command("export")
@click.option("--format", "form", type=click.Choice(list(asked.FORMATS)), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")
@_option("agent", "Agent or identified group, as JSON.")
@_option("verb", "IRI of a verb.")
@_option("activity", "IRI of an activity.")
@_option("registration", "UUID of a registration.")
@_option("since", "Only what was stored after this moment (ISO 8601).")
@_option("until", "Only what was stored up to this moment (ISO 8601).")
@_option("language", "Language of names in CSV and Parquet.")
@click.option("--related-agents", is_flag=True, help="--agent finds instructors, teams and authorities too.")
@click.option("--related-activities", is_flag=True, help="--activity finds what happened within it too.")
@click.option("--descending", is_flag=True, help="The newest first.")
@click.option("--attachments", is_flag=True, help="A zip of statements.jsonl and the data of attachments.")
def export(form: str, out: Path | None, descending: bool, **given) -> None:
    """Write statements as JSON Lines, CSV or Parquet, the oldest first."""
    values = {"format": form, **{name: "true" if value is True else value for name, value in given.items() if value}}
    values |= {"ascending": "false"} if descending else {}
    wanted = asked.read(values)
    until = queries.bound()
    with _output(out) as stream:
        for piece in wanted.pieces(until=until):
            stream.write(piece)


@statements.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--authority",
    type=click.Choice(["keep", "own"]),
    default="keep",
    show_default=True,
    help="Keep the authority that statements bring, or vouch for them as the import.",
)
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="File for every line that was not taken in, as JSON Lines.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON value: a list with the counts of each file.")
@click.pass_context
def import_files(ctx: click.Context, files: tuple[Path, ...], authority: str, report: Path | None, as_json: bool) -> None:
    """Read FILES (.jsonl, .jsonl.gz, or a zip of an export with attachments; - for standard input) into the log.

    What is there already is left alone, so a file can be given again. Exit code 1 when a line was bad or in conflict.
    """
    agent = {"objectType": "Agent", "name": "Import", "account": {"homePage": identity_base(), "name": "import"}}
    vouching = Vouching(importer=agent, trust="define", keep=authority == "keep")
    done = []
    with report.open("w", encoding="utf-8") if report else nullcontext() as log:
        for path in files:
            tally = Tally(tell=_teller(path, log))
            _import_one(path, vouching, tally)
            done.append({"file": str(path), **tally.as_dict()})
    cli.emit(done, as_json=as_json, text="\n".join(_summary(one) for one in done))
    if any(one["bad"] or one["conflict"] for one in done):
        ctx.exit(1)


def _import_one(path: Path, vouching: Vouching, tally: Tally) -> None:
    next_word = time.monotonic() + _EVERY_SECONDS
    with ExitStack() as stack:
        stream = sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))
        source = stack.enter_context(opened(stream))
        for _ in take(source.lines, vouching, tally, data=source.data):
            if time.monotonic() > next_word:
                click.echo(f"{path}: {tally.lines} lines read, {tally.new} stored", err=True)
                next_word = time.monotonic() + _EVERY_SECONDS


def _teller(path: Path, log) -> Callable[[Problem], None]:
    def tell(problem: Problem) -> None:
        if log is not None:
            log.write(json.dumps({"file": str(path), **problem._asdict()}, ensure_ascii=False) + "\n")

    return tell


def _summary(done: dict) -> str:
    counts = f"{done['new']} new, {done['there']} already there, {done['conflict']} in conflict, {done['bad']} bad"
    problems = [f"  line {p['line']}: {p['path']} {p['reason']}" for p in done["problems"]]
    left = done["bad"] + done["conflict"] - len(problems)
    return "\n".join([f"{done['file']}: {counts}", *problems, *([f"  and {left} more (--report FILE names them all)"] if left else [])])


def _output(out: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdout.buffer) if out is None else _whole(out)


@contextmanager
def _whole(out: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name only when all of it is on the disk."""
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
