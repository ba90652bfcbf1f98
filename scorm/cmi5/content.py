"""``/cmi5/…`` on the content origin: where a unit fetches its credential, and where it leads its learner when it is done.

Units may lie anywhere, so every site may ask; the token in the address is what opens anything.
"""

from flask import Blueprint, Response, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _

from core.access import access
from core.clock import now
from core.db import write
from core.errors import NotFound
from scorm.cmi5 import queries, service
from scorm.play import tokens

blueprint = Blueprint("cmi5", __name__, url_prefix="/cmi5", template_folder="content_origin/templates")
USED, SECURITY = "1", "2"


@blueprint.post("/fetch/<token>")
@access("public")
def fetch(token) -> Response:
    """The credential of a session, once; always 200 with JSON (section 8.2)."""
    uuid = _session(service.FETCH, token)
    if uuid is None:
        return _error(SECURITY, _("This address is not known here."))
    with write():
        credential = _fetched(uuid)
    if credential is None:
        return _error(USED, _("The credential of this session was fetched before, or the session is over. Open the course again."))
    return jsonify({"auth-token": credential})


def _fetched(uuid: str) -> str | None:
    try:
        session = queries.session_of(uuid)
    except NotFound:
        return None
    return service.fetch(session=session, at=now())


def _error(code: str, text: str) -> Response:
    return jsonify({"error-code": code, "error-text": text})


@blueprint.get("/return/<token>")
@access("public")
def done(token):
    """The returnURL: what a learner sees in the place of a unit that is done."""
    uuid = _session(service.RETURN, token)
    if uuid is None:
        raise NotFound()
    session = queries.session_of(uuid)
    item = queries.item_of(session.registration)
    person = session.registration.person
    if person is not None:
        g.language = person.language
    course = f"{current_app.config['SETTINGS'].origin}/items/{item.uuid}" if person is not None else None
    return render_template("cmi5/return.html", title=item.title, course=course)


def _session(purpose: str, token: str) -> str | None:
    return tokens.subject_of(purpose, token, secret=current_app.config["SETTINGS"].secret_key)


@blueprint.after_request
def _every_site(response: Response) -> Response:
    """The answer is for whoever has the token, wherever the unit lies."""
    if request.endpoint == "cmi5.fetch":
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type, Accept, X-Requested-With, Authorization, X-Experience-API-Version"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Cache-Control"] = "no-store"
    return response
