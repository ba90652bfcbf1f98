"""The page on which an author tests a package: the player, and beside it what the content says and what comes of it."""

from flask import Blueprint, current_app, redirect, render_template, url_for

from accounts.people import queries as people
from catalogue.items import queries as items
from core.access import access, principal
from core.clock import now
from core.db import write
from core.errors import NotFound
from scorm.packages import queries as packages
from scorm.play import queries, service
from scorm.play.course import course_of
from scorm.play.trials.words import trial_words
from scorm.play.views import keep_windows, player_url

pages = Blueprint("trials", __name__, template_folder="templates", static_folder="app_static", static_url_path="/static/trials")
pages.after_request(keep_windows)


@pages.post("/items/<uuid:uuid>/trial")
@access("author")
def begin(uuid):
    """Open an item's package to test it; it leaves no results."""
    item = items.get_editable(str(uuid), by=principal())
    if packages.current_version(item.id) is None:
        raise NotFound()
    with write():
        opened = service.launch(item=item, person=people.get(principal().person_id), mode=service.BROWSE, at=now())
        address = url_for("trials.page", uuid=opened.uuid)
    return redirect(address, 303)


@pages.get("/launches/<uuid:uuid>/trial")
@access("author")
def page(uuid):
    """The player and the trace of a launch that keeps nothing."""
    launch = queries.launch_of(uuid, person_id=principal().person_id)
    if launch.mode != service.BROWSE:
        raise NotFound()
    switches = launch.version.package.settings
    edition = course_of(launch.version.uuid).edition
    return render_template(
        "trials/trial.html",
        launch=launch,
        item=launch.item,
        edition=edition,
        player_url=player_url(launch) + "?trial=1",
        content_origin=current_app.config["SETTINGS"].content_origin,
        sandbox=switches["sandbox"],
        own_window=switches["launch_mode"] == "window",
        words=trial_words(edition),
        expired=launch.revoked_at is not None or launch.expires_at <= now(),
    )
