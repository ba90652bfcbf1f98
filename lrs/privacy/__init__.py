"""Privacy: what is held about a person, and how it is given to them, pseudonymised or erased (ADR 0033)."""

from flask import Flask

from core import cli, erasure, jobs


def init_app(app: Flask) -> None:
    """The erasers of the record store, and the background that carries erasures on."""
    from core import backup
    from lrs.identities import models as _identities  # noqa: F401
    from lrs.privacy import restoring, service
    from lrs.privacy.beside import BrowserEraser, DefinitionEraser, DocumentEraser
    from lrs.privacy.commands import privacy
    from lrs.privacy.records import RecordEraser
    from lrs.privacy.statements import StatementEraser

    erasure.register(app, "documents", DocumentEraser(), order=44)
    erasure.register(app, "definitions", DefinitionEraser(), order=46)
    erasure.register(app, "browser", BrowserEraser(), order=48)
    erasure.register(app, "statements", StatementEraser(), order=50)
    erasure.register(app, "records", RecordEraser(), order=60)
    cli.register(app, privacy)
    jobs.register_ticker(app, "privacy", 2.0, lambda: service.advance(limit_ms=2_000))
    backup.after_restore(app, "privacy", restoring.apply, remember=restoring.remember)
