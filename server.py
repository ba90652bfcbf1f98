"""Serve with Granian: ``python server.py``. Prints the address and, on a new installation, the link that makes the first administrator."""

import logging
import sys
from collections.abc import Callable

from granian import Granian
from granian.constants import Interfaces

from app import create_app, create_wsgi, prepare
from core.arrivals import WAITING, Arrivals
from core.backup import guard
from core.db import db
from core.errors import Unavailable
from core.jobs import Background
from core.settings import Settings, UnsafeConfiguration, from_env


def load() -> Callable:
    """One worker's WSGI application, with its background thread when the settings ask for one."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = create_app()
    guard.serve(app.config["SETTINGS"].data_dir)
    if app.config["SETTINGS"].background:
        Background(app).start()
    return Arrivals(create_wsgi(app), places=app.config["SETTINGS"].threads)


def announce(settings: Settings) -> None:
    """Migrate, load what a new installation shows, and say where to go."""
    from accounts import setup
    from demo import service as demo

    app = create_app(settings)
    prepare(app)
    with app.app_context():
        demo.load_samples()
        link = setup.one_time_link()
        db.engine.dispose()  # the workers are forked from here; none may inherit a connection
    print(f"\n  Colloquium is at {settings.origin}\n")
    if link:
        print(f"  Make the first administrator (this link works once):\n  {link}\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until stopped. 0 after a normal stop, 78 when the configuration is refused, 75 when it cannot start now: a backup is being
    restored, or the storage that a new installation fills is away."""
    try:
        settings = from_env()
    except UnsafeConfiguration as refusal:
        print(f"Colloquium does not start: {refusal}", file=sys.stderr)
        return 78
    try:
        guard.serve(settings.data_dir)
    except guard.Restoring as reason:
        print(f"Colloquium does not start: {reason}", file=sys.stderr)
        return 75
    try:
        announce(settings)
    except Unavailable as reason:  # a new installation keeps its first courses
        print(f"Colloquium does not start: {reason.message} ./run cli doctor says more.", file=sys.stderr)
        return 75
    Granian(
        "server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=WAITING,
        backlog=1024,
        factory=True,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        websockets=False,
        log_level="error",
        workers_kill_timeout=20,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
