"""``/healthz``: the process answers. ``/readyz``: it can also do its work (database, migrations, storage)."""

from flask import Blueprint, current_app, jsonify
from sqlalchemy import text

from core import migrate
from core.access import access
from core.db import db
from core.settings import LOCAL
from core.storage import storage

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access("public")
def healthz():
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access("public")
def readyz():
    """200 when everything is there, 503 with what is missing otherwise.

    A storage on other machines that is away is told, with 200: most work goes on, and whoever takes the machines out of service then, for
    none of them reaches it, makes all of it stop.
    """
    checks = {"database": _database(), "migrations": _migrations(), "storage": _storage()}
    wrong = {name for name, value in checks.items() if value != "ok"}
    degraded = checks["storage"] == "away" and wrong == {"storage"}
    status = "degraded" if degraded else "unavailable" if wrong else "ok"
    return jsonify(status=status, checks=checks), 503 if status == "unavailable" else 200


def _database() -> str:
    try:
        db.session.execute(text("SELECT 1"))
        return "ok"
    except Exception:
        db.session.rollback()
        return "unavailable"


def _migrations() -> str:
    try:
        return "ok" if migrate.current() == migrate.head() else "pending"
    except Exception:
        db.session.rollback()
        return "unknown"


def _storage() -> str:
    if storage().answers():
        return "ok"
    return "not writable" if current_app.config["SETTINGS"].storage == LOCAL else "away"
