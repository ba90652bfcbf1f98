"""Privacy: what is held about a person, and how it is given to them, pseudonymised or erased (ADR 0033)."""

from flask import Flask, render_template

from core import cli, erasure, jobs
from core.access import principal
from core.slots import register_slot


def init_app(app: Flask) -> None:
    """The erasers of the record store, and the background that carries erasures on."""
    from core import backup
    from lrs.identities import models as _identities  # noqa: F401
    from lrs.privacy import restoring, service
    from lrs.privacy.beside import BrowserEraser, CredentialEraser, DefinitionEraser, DocumentEraser
    from lrs.privacy.commands import privacy
    from lrs.privacy.records import RecordEraser
    from lrs.privacy.statements import StatementEraser

    erasure.register(app, "credentials", CredentialEraser(), order=42)
    erasure.register(app, "documents", DocumentEraser(), order=44)
    erasure.register(app, "definitions", DefinitionEraser(), order=46)
    erasure.register(app, "browser", BrowserEraser(), order=48)
    erasure.register(app, "statements", StatementEraser(), order=50)
    erasure.register(app, "records", RecordEraser(), order=60)
    cli.register(app, privacy)
    register_slot(app, "nav.admin", _admin_links, order=90)
    register_slot(app, "profile.main", _my_data, order=90)
    jobs.register_ticker(app, "privacy", 2.0, lambda: service.advance(limit_ms=2_000))
    backup.after_restore(app, "privacy", restoring.apply, remember=restoring.remember)


def _admin_links(**_context):
    return render_template("privacy/_nav_admin.html") if principal().may("admin") else None


def _my_data(*, person, **_context):
    """One's own data, on one's own page only."""
    return render_template("privacy/_my_data.html") if principal().uuid == person.uuid else None
