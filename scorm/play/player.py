"""``/play`` and ``/c``: the page that plays, and the files it plays."""

from flask import Blueprint, Response, current_app, g, render_template, request
from flask_babel import gettext as _

from accounts.people.models import Person
from core.access import access
from core.clock import now
from core.errors import Forbidden, NotFound
from scorm.packages import files
from scorm.play import launched, queries, tokens
from scorm.play.course import Course, course_of
from scorm.play.models import Launch
from scorm.play.trials.judging import is_trial
from scorm.play.words import player_words

blueprint = Blueprint("player", __name__, static_folder="static", static_url_path="/static/play")


@blueprint.get("/play/<token>")
@access("public")
def play(token):
    """The player of one launch. Not cached: a copy from the history would play with an old state."""
    secret = current_app.config["SETTINGS"].secret_key
    uuid = tokens.subject_of(tokens.PLAY, token, secret=secret)
    if uuid is None:
        raise NotFound(_("This launch is not known here. Open the course again from its page."))
    launch, person = queries.live_launch(uuid, at=now())
    g.language = person.language
    course = course_of(launch.version.uuid)
    settings = _settings(launch, person, course, secret, trial=is_trial(launch, "trial" in request.args))
    return render_template("play/player.html", launch=launch, title=launch.item.title, settings=settings)


@blueprint.get("/c/<token>/<path:path>")
@access("public")
def file(token, path) -> Response:
    """A file of the version that the read token opens."""
    version = tokens.version_of(token, at=now().timestamp(), secret=current_app.config["SETTINGS"].secret_key)
    if version is None:
        raise Forbidden(_("This launch has expired. Open the course again from its page."), code="launch_expired")
    return files.serve(version, path, request)


def _settings(launch: Launch, person: Person, course: Course, secret: str, *, trial: bool) -> dict:
    """What the player's script needs, as JSON in the page."""
    origin = current_app.config["SETTINGS"].origin
    token = tokens.read_token(version_uuid=launch.version.uuid, person_uuid=person.uuid, at=now().timestamp(), secret=secret)
    attempt = launch.attempt
    way = launched.way_of(launch.version.format)
    states = way.standings(launch) if way else queries.states_of(attempt.id) if attempt else {}
    return {
        "edition": course.edition,
        "launched": way is not None,
        "mode": launch.mode,
        "trial": trial,
        "token": tokens.token_for(tokens.COMMIT, launch.uuid, secret=secret),
        "files": f"/c/{token}/",
        "storage": attempt.registration.uuid if attempt else launch.uuid,
        "application": origin,
        "exit": f"{origin}/items/{launch.item.uuid}",
        "start": attempt.last_sco if attempt else "",
        "entries": [
            {
                "id": entry.identifier,
                "title": entry.title,
                "depth": entry.depth,
                "launch": entry.launch,
                "external": entry.external,
                "tracked": entry.tracked,
                "visible": entry.visible,
                "needs": entry.needs if trial or launch.mode == "normal" else None,
                "completion": states[entry.identifier].completion if entry.identifier in states else "not attempted",
                "success": states[entry.identifier].success if entry.identifier in states else "unknown",
            }
            for entry in course.entries
        ],
        # Who looks back may open any part; who plays, or tries the course out, is led.
        "sequencing": course.sequencing if launch.mode != "review" else None,
        "words": player_words(),
    }
