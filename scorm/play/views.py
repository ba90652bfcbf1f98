"""The application's side of playing: the page that frames the player, how it stands, and the entries on an item's page."""

from flask import Blueprint, current_app, flash, jsonify, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from accounts.people import queries as people
from catalogue.items import queries as items
from catalogue.items.models import Item
from catalogue.kinds import Kind
from core.access import Principal, access, principal
from core.clock import now
from core.db import write
from core.errors import Conflict, Forbidden
from lrs.projections import catch_up
from scorm.packages import queries as packages
from scorm.play import grading, launched, queries, rules, service, tokens
from scorm.play.models import Launch

LATEST = 5
pages = Blueprint("play", __name__, template_folder="templates", static_folder="app_static", static_url_path="/static/launch")


def kind() -> Kind:
    """How the catalogue opens an item of kind ``scorm``."""
    return Kind("scorm", lazy_gettext("E-learning course"), "package", launch=open_item, resume_label=resume_label, closed=closed)


def open_item(item: Item, who: Principal, mode: str) -> str:
    """Launch an item for the person who asks; answers the page that frames the player, or the item's where no attempt is left."""
    if who.person_id is None:
        raise Forbidden(_("Sign in as a person to open a course."))
    if mode == service.BROWSE and not items.may_edit(item, who):
        raise Forbidden()
    try:
        with write():
            opened = service.launch(item=item, person=people.get(who.person_id), mode=mode, at=now())
            uuid = opened.uuid
    except Conflict as refusal:
        flash(refusal.message, "info")
        return url_for("catalogue.item", uuid=item.uuid)
    catch_up(limit_ms=50)
    return url_for("play.page", uuid=uuid)


def resume_label(item: Item, who: Principal, progress) -> str | None:
    """The words on the button: a course that is not finished is resumed, a finished one is begun again."""
    if who.person_id is None or progress is None:
        return None
    labels = {rules.GO_ON: _("Resume"), rules.BEGIN: _("Start a new attempt")}
    found = _next(item, who)
    return labels.get(found[0], _("Review")) if found else None


def closed(item: Item, who: Principal) -> str | None:
    """Why nothing more can be recorded for the reader, in words; None where a launch is possible."""
    found = _next(item, who)
    return service.closed_words(*found) if found else None


def _next(item: Item, who: Principal) -> tuple[str, dict] | None:
    """What the next launch does, and the switches; None where nothing was opened yet."""
    latest = queries.latest_of(who.person_id, item.id) if who.person_id is not None else None
    if latest is None:
        return None
    attempt, package = latest
    return service.next_step(attempt.registration_id, attempt, package.settings), package.settings


@pages.after_request
def keep_windows(response):
    """Let windows that a framed course opens find their way back to it; the page itself still shares nothing with who opened it."""
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
    return response


@pages.get("/launches/<uuid:uuid>")
@access("person")
def page(uuid):
    """The player in its frame, or a button for a window of its own where the package asks for one."""
    launch = queries.launch_of(uuid, person_id=principal().person_id)
    switches = launch.version.package.settings
    return render_template(
        "play/launch.html",
        launch=launch,
        item=launch.item,
        player_url=player_url(launch),
        content_origin=current_app.config["SETTINGS"].content_origin,
        sandbox=switches["sandbox"],
        # A part in a window of its own is a page like any other there: a sandboxed one cannot open a page of ours.
        own_windows=launched.way_of(launch.version.format) is not None,
        own_window=switches["launch_mode"] == "window",
        expired=launch.revoked_at is not None or launch.expires_at <= now(),
    )


@pages.get("/launches/<uuid:uuid>/status")
@access("person")
def status(uuid):
    """How a launch stands, for the page to ask while the player runs in another window."""
    launch = queries.launch_of(uuid, person_id=principal().person_id)
    stands = queries.saved_state(launch)
    return jsonify(
        saved_at=stands.saved_at.isoformat() if stands.saved_at else None,
        completion=stands.completion,
        success=stands.success,
        expired=launch.revoked_at is not None or launch.expires_at <= now(),
    )


def player_url(launch: Launch) -> str:
    """The address of the player of a launch on the content origin; whoever has it plays as its learner."""
    settings = current_app.config["SETTINGS"]
    return f"{settings.content_origin}/play/{tokens.token_for(tokens.PLAY, launch.uuid, secret=settings.secret_key)}"


def actions(item: Item) -> str | None:
    """Beside the launch button: look at a finished attempt again, or at the content without leaving a trace."""
    who = principal()
    if item.kind != "scorm" or who.person_id is None or packages.current_version(item.id) is None:
        return None
    attempts = queries.attempts_of(who.person_id, item.id)
    finished = bool(attempts) and attempts[0].outcome.finished and closed(item, who) is None
    may_preview = items.may_edit(item, who)
    if not finished and not may_preview:
        return None
    return render_template("play/_actions.html", item=item, finished=finished, may_preview=may_preview)


def attempts(item: Item) -> str | None:
    """Under "my progress": the reader's attempts, one line each."""
    who = principal()
    if item.kind != "scorm" or who.person_id is None:
        return None
    found, package = queries.attempts_of(who.person_id, item.id), packages.package_of(item.id)
    if not found or package is None:
        return None
    settings = package.settings
    counting = grading.counting(found, settings["grading"])
    return render_template(
        "play/_attempts.html",
        attempts=[attempt for place, attempt in enumerate(found) if place < LATEST or [attempt.n] == counting],
        total=len(found),
        counting=counting,
        limit=settings["attempt_limit"],
        why=_why(settings["grading"], len(found)),
    )


def _why(rule: str, count: int) -> str:
    """Which attempts make the result, for the learner."""
    if count < 2:
        return ""
    return {
        "highest": _("The highest of your %(count)s attempts is your result.", count=count),
        "latest": _("The latest of your %(count)s attempts is your result.", count=count),
        "first": _("The first of your %(count)s attempts is your result.", count=count),
        "average": _("The average of your %(count)s attempts is your result.", count=count),
    }[rule] + (" " + _("An attempt counts once it is finished."))
