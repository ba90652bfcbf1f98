"""``/healthz``: the process answers. ``/readyz``: it can also do its work (database, migrations, storage)."""

import os

from flask import Blueprint, current_app, jsonify
from sqlalchemy import text

from core import migrate
from core.access import access
from core.db import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@access("public")
def healthz():
    return jsonify(status="ok")


@blueprint.get("/readyz")
@access("public")
def readyz():
    """200 when everything is there, 503 with what is missing otherwise."""
    checks = {"database": _database(), "migrations": _migrations(), "storage": _storage()}
    ready = all(value == "ok" for value in checks.values())
    return jsonify(status="ok" if ready else "unavailable", checks=checks), 200 if ready else 503


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
    folder = current_app.config["SETTINGS"].data_dir
    return "ok" if os.access(folder, os.W_OK) else "not writable"
