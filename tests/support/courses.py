"""Courses in the served application, and a browser in front of them."""

import json

from core.db import db
from lrs.statements.models import Statement
from scorm.packages.importing import import_package
from scorm.play.models import ScoState


def publish(server, stream, *, owner) -> str:
    """Import a package as a published item; answers its uuid."""
    return publish_in(server.app, stream, owner=owner)


def publish_in(app, stream, *, owner, name="course.zip") -> str:
    """The same in an application that nobody serves."""
    with app.app_context():
        found = import_package(stream, name=name, owner_id=owner.id, publish=True)
        assert found.accepted, found.report
        return found.item_uuid


def launch(page, item, *, mode="normal"):
    """Send the launch form of an item from a page of the person; answers the frame of the course."""
    page.goto("/me")
    page.evaluate(
        """([item, mode]) => {
            const form = document.createElement("form");
            form.method = "post";
            form.action = `/items/${item}/launch`;
            form.innerHTML = `<input name="csrf_token" value="${document.querySelector('meta[name=csrf-token]').content}">`
                + `<input name="mode" value="${mode}">`;
            document.body.append(form);
            form.submit();
        }""",
        [item, mode],
    )
    page.wait_for_url("**/launches/*")
    return course_of(page)


def course_of(page):
    """The frame of the course inside the player inside the launch page."""
    return page.frame_locator("#player").frame_locator(".player-frame")


def player_frame(page):
    """The player's own frame."""
    return next(frame for frame in page.frames if "/play/" in frame.url)


def states(server) -> list[ScoState]:
    with server.app.app_context():
        found = list(db.session.scalars(db.select(ScoState).order_by(ScoState.id)))
        db.session.expunge_all()
        return found


def cmi(server) -> dict:
    """What the only SCO has stored; empty before it stored anything."""
    found = states(server)
    return json.loads(found[0].cmi) if found else {}


def verbs(server, about="") -> list[str]:
    """The verbs in the log whose object's IRI contains ``about``, oldest first."""
    with server.app.app_context():
        statements = [json.loads(p) for p in db.session.scalars(db.select(Statement.payload).order_by(Statement.seq))]
    return [s["verb"]["id"].rpartition("/")[2] for s in statements if about in s["object"].get("id", "")]


def wait_until(page, answer, *, seconds=8.0) -> None:
    """Ask until it is true: data that leaves with a closing page arrives a moment later. ``page`` is any open one."""
    for _ in range(int(seconds / 0.1)):
        if answer():
            return
        page.wait_for_timeout(100)
    assert answer()
