"""Commands of the ground: schema, settings, and a doctor that says what is wrong with an installation."""

import shutil
import sqlite3
from dataclasses import fields

import click
from flask import Flask, current_app
from sqlalchemy import text

from core import cli, identity, migrate
from core.backup.commands import backup, restore, verify
from core.db import db, write
from core.patience import REQUEST, limited
from core.settings import PREFIX, SECRET_NAMES
from core.storage import copying, storage
from core.storage.commands import storage_group

GIB = 1 << 30
WAL_RESET_FIXED = (3, 51, 3)


@click.group("db", cls=cli.HonestGroup)
def database() -> None:
    """The database schema."""


@database.command()
@click.option("--json", "as_json", is_flag=True)
def upgrade(as_json: bool) -> None:
    """Bring the schema to this version."""
    before, after = migrate.upgrade()
    with write():
        identity.establish(current_app.config["SETTINGS"].origin)
    cli.emit({"before": before, "after": after}, as_json=as_json, text=f"schema {before or 'none'} → {after}")


@click.group("config", cls=cli.HonestGroup)
def config() -> None:
    """The settings in force."""


@config.command()
@click.option("--json", "as_json", is_flag=True)
def show(as_json: bool) -> None:
    """Every setting and its value; secrets are hidden."""
    settings = current_app.config["SETTINGS"]
    values = {PREFIX + f.name.upper(): "(hidden)" if f.name in SECRET_NAMES else str(getattr(settings, f.name)) for f in fields(settings)}
    cli.emit(values, as_json=as_json, text="\n".join(f"{name}={value}" for name, value in values.items()))


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the installation; exit code 1 when something is wrong."""
    findings = [*_check_database(), *_check_disk(), *_check_storage(), *_check_mail()]
    cli.emit(findings, as_json=as_json, text="\n".join(f"{f['level']:<5} {f['what']}: {f['message']}" for f in findings))
    if any(f["level"] == "error" for f in findings):
        ctx.exit(1)


def _finding(level: str, what: str, message: str) -> dict:
    return {"level": level, "what": what, "message": message}


def _check_database():
    try:
        db.session.execute(text("SELECT 1"))
    except Exception as error:
        yield _finding("error", "database", f"cannot be reached: {type(error).__name__}")
        return
    level = "ok" if migrate.current() == migrate.head() else "error"
    yield _finding(level, "schema", f"{migrate.current()}, this program wants {migrate.head()}")
    if db.engine.dialect.name == "sqlite":
        old = sqlite3.sqlite_version_info < WAL_RESET_FIXED
        note = " (older than 3.51.3: a rare corruption when two connections write at once; Colloquium writes one at a time)" if old else ""
        yield _finding("warn" if old else "ok", "sqlite", sqlite3.sqlite_version + note)


def _check_disk():
    free = shutil.disk_usage(current_app.config["SETTINGS"].data_dir).free
    yield _finding("ok" if free > 2 * GIB else "warn", "disk", f"{free / GIB:.1f} GiB free in the data folder")


def _check_storage():
    place = current_app.config["SETTINGS"].storage
    with limited(REQUEST):
        troubles = list(copying.tried(storage()))
    yield from (_finding("error", "storage", f"{place}: {trouble}") for trouble in troubles)
    if not troubles:
        yield _finding("ok", "storage", f"{place} takes, gives and deletes files")


def _check_mail():
    host = current_app.config["SETTINGS"].smtp_host
    yield _finding("ok" if host else "warn", "mail", host or "no SMTP server is set; mails are printed in the log")


def register_core_commands(app: Flask) -> None:
    for command in (database, config, doctor, backup, verify, restore, storage_group):
        cli.register(app, command)
