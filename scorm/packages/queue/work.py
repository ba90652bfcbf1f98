"""Working the queue off: one file at a time in a thread, any number of threads on any number of machines.

Exactly once: the outcome is written in the unit of work that makes the item, on condition that the lease is still held. A process that dies
leaves a row whose lease ends, and at most a file that no row names, which the sweep takes away.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from flask import Flask, current_app

from accounts.people import queries as people
from core.access import Principal
from core.db import db, write
from core.errors import Unavailable
from core.jobs import shared_now
from core.storage import discard, storage
from scorm.packages.importing import Received, import_package
from scorm.packages.queue import queries, rules, service
from scorm.packages.queue.service import Job, Lost

log = logging.getLogger("colloquium.queue")


def work_one() -> bool:
    """Import the next file, if there is one. Whatever happens to it is written down; only a database that is away raises."""
    if db.session.scalar(queries.due(shared_now()).limit(1)) is None:
        return False
    with write():
        job = service.claim(str(uuid4()))
    if job is None:
        return False
    with _heartbeat(job):
        try:
            _import(job)
        except Lost:
            log.warning("upload %s is in other hands now, or was forgotten", job.uuid)
        except Unavailable as reason:
            _and_write(service.put_back, job, "unavailable", after=rules.NO_ROOM, counts=False)
            log.warning("upload %s has to wait: %s", job.uuid, reason.message)
        except Exception:
            log.exception("upload %s failed, attempt %d", job.uuid, job.attempts)
            if job.attempts < rules.MAX_ATTEMPTS:
                _and_write(service.put_back, job, "unexpected", after=rules.PAUSE * job.attempts)
            else:
                _and_write(service.give_up, job, "unexpected")
    return True


def _import(job: Job) -> None:
    try:
        stream = storage().open(job.key)
    except FileNotFoundError:
        _and_write(service.give_up, job, "gone")
        return
    with stream:
        received = Received(job.key, job.sha256, job.size, lambda imported: service.conclude(job, imported))
        by = _principal(job.uploader_id)
        imported = import_package(
            stream, name=job.name, owner_id=job.uploader_id, theme=job.theme or None, publish=job.publish, by=by, received=received
        )
    if imported.duplicate or not imported.accepted:
        discard([job.key])


def _principal(uploader_id: int | None) -> Principal | None:
    """Who brought it, for what is said of it; the read ends here."""
    if uploader_id is None:
        return None
    person = people.get(uploader_id)
    found = Principal(kind="person", person_id=person.id, uuid=person.uuid, role=person.role, name=person.name)
    db.session.rollback()
    return found


def _and_write(verb, job: Job, *arguments, **named) -> None:
    try:
        with write():
            verb(job, *arguments, **named)
    except Lost:
        log.warning("upload %s is in other hands now, or was forgotten", job.uuid)


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Renew the lease from a thread of its own as long as the work lasts."""
    app: Flask = current_app._get_current_object()
    over = threading.Event()

    def beat() -> None:
        while not over.wait(rules.HEARTBEAT):
            with app.app_context():
                try:
                    with write():
                        service.renew(job)
                except Lost:
                    return
                except Exception:
                    log.exception("the lease of upload %s could not be renewed; it will be tried again", job.uuid)
                finally:
                    db.session.remove()

    thread = threading.Thread(target=beat, name="colloquium-heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
