"""The queue of uploads: a file is safe when the request is answered, and imported when its turn comes (ADR 0044).

receiving   a request's file, piece by piece, into the storage and the queue
service     the verbs: add, claim, renew, conclude, put back, retry, forget
work        working it off: claim, import, heartbeat
views, api  the pages of uploads, ``/api/v1/uploads``
cli         ``./run cli worker``
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register the pages, the API, the command, the worker and the housekeeping."""
    from core import api, cli, erasure
    from core.jobs import register_ticker, register_worker
    from scorm.packages.queue import api as uploads_api
    from scorm.packages.queue import housekeeping, receiving, views, work
    from scorm.packages.queue.cli import worker
    from scorm.packages.queue.erasing import UploadEraser

    app.register_blueprint(views.pages)
    api.register(app, uploads_api.blueprint)
    cli.register(app, worker)
    erasure.register(app, "uploads", UploadEraser(), order=28)
    register_worker(app, receiving.WORKER, work.work_one)
    register_ticker(app, "uploads", housekeeping.EVERY, housekeeping.tidy)
