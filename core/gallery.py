"""Every component in every state on one page, ``/_gallery``, for whoever works on the look. Only with COLLOQUIUM_DEBUG."""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Flask, Response, render_template, request

from core import clock
from core.access import access
from core.covers import cover_svg

blueprint = Blueprint("gallery", __name__)

TITLES = (
    "Fire safety at work",
    "Les bases du RGPD, pour celles et ceux qui n'ont que dix minutes",
    "Golf explained",
    "How to give feedback that people can use the same afternoon",
    "Working at height",
    "First aid",
    "Ethics in procurement",
    "Réunions efficaces",
)
NAMES = ("Ana Silva", "Bob Martin", "Chloé Dubois", "Dana Okafor", "Erin Lee", "Farid Benali", "Gustav Holm", "Hélène Roux")


def _uuid(text: str) -> str:
    return str(uuid5(NAMESPACE_URL, text))


@blueprint.get("/_gallery")
@access("public")
def gallery():
    """The page; ``?q=`` shows the search box filled."""
    now = clock.now()
    return render_template(
        "gallery.html",
        items=[{"uuid": _uuid(t), "title": t} for t in TITLES],
        people=[{"uuid": _uuid(n), "name": n} for n in NAMES],
        moments=[now - timedelta(seconds=s) for s in (4, 200, 7200, 90000, 900000, 40000000)],
        page=request.args.get("page", 3, type=int),
        pager=lambda n: f"?page={n}",
    )


@blueprint.get("/_gallery/auth")
@access("public")
def auth():
    """The narrow layout of sign-in pages."""
    return render_template("gallery_auth.html")


@blueprint.get("/_gallery/cover/<uuid>.svg")
@access("public")
def cover(uuid: str):
    """The drawn cover of a gallery item."""
    title = next((t for t in TITLES if _uuid(t) == uuid), uuid)
    return Response(cover_svg(uuid, title), mimetype="image/svg+xml")


def init_app(app: Flask) -> None:
    """Register the gallery in a debugging installation, and nowhere else."""
    if app.config["SETTINGS"].debug:
        app.register_blueprint(blueprint)
