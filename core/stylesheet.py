"""The style sheets of the components as one file: written one a component, served together, so that a page costs one request."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

from core.access import access

CSS = Path(__file__).parent / "static" / "css"
SHEETS = (
    *("tokens", "theme", "base", "button", "shell", "menu", "form", "alert", "toast", "dialog", "avatar", "chip", "meter"),
    *("progress", "cover", "card", "empty", "pagination", "facets", "item", "thread", "composer", "dropzone", "table", "example"),
    *("player", "auth"),
)
FOR_EVER = "public, max-age=31536000, immutable"
blueprint = Blueprint("look", __name__)


def _sheets() -> tuple[str, str]:
    """(all sheets in order, their fingerprint); read again when one of them has changed."""
    return _read(tuple((CSS / f"{name}.css").stat().st_mtime_ns for name in SHEETS))


@lru_cache(maxsize=1)
def _read(_stamps: tuple[int, ...]) -> tuple[str, str]:
    text = "\n".join((CSS / f"{name}.css").read_text() for name in SHEETS)
    return text, sha256(text.encode()).hexdigest()[:12]


def address() -> str:
    """Where a page finds the sheets; another address as soon as a byte changes."""
    return url_for("look.sheets", v=_sheets()[1])


@blueprint.get("/look.css")
@access("public")
def sheets():
    """All sheets; to be kept for a year when the address names this very version."""
    text, version = _sheets()
    response = Response(text, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == version else "no-cache"
    return response


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(address, "stylesheet")
