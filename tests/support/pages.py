"""Every page of the application, found in its routes, with something on it: for tests that look at all of them."""

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import select

from core.access import Principal, audience_of
from core.db import db, write

SAMPLE = Path(__file__).parents[2] / "sample_packages" / "built" / "fire-safety.zip"
NOT_PAGES = ("/id/", "/api/", "/static/", "/xapi/", "/_gallery", "/look.css", "/healthz", "/readyz", "/covers/", "/packages/", "/launches/",
             "/admin/privacy/", "/me/data")  # fmt: skip - test_pages_privacy.py opens those of an erasure
NOT_PAGES_ENDS = ("/<sha2>", "/image", ".svg", "/status", "/original", ".css", ".csv", ".json")
AUDIENCES = {
    "visitor": {"public"},
    "alice": {"public", "person"},
    "dana": {"public", "person", "trainer"},
    "erin": {"public", "person", "author"},
    "ada": {"public", "person", "trainer", "author", "admin"},
}


@dataclass(frozen=True)
class Content:
    """What the routes' variables stand for: uuids of things that exist."""

    course: str
    video: str
    thread: str
    comment: str
    person: str
    group: str
    key: str
    statement: str
    upload: str = ""
    attempt: str = ""


def fill(app, people: dict) -> Content:
    """A course and a video with a discussion, likes, an edited and a removed comment."""
    from support.tiny_packages import tiny

    from accounts.groups.models import Group
    from catalogue.items.models import Item
    from lrs import projections
    from lrs.credentials import service as keys
    from lrs.statements.models import Statement
    from scorm.packages.importing import import_package
    from social.discussions import service as talk
    from social.likes import service as likes

    who = {n: Principal(kind="person", person_id=p.id, uuid=p.uuid, role=p.role, name=p.name) for n, p in people.items()}
    with app.app_context():
        with SAMPLE.open("rb") as stream:
            imported = import_package(stream, name="fire-safety.zip", owner_id=people["erin"].id, publish=True)
        course, waiting = imported.item_uuid, tiny({"a.html": "A", "b.html": "B"}, title="Fire safety, corrected")
        import_package(waiting, name="long" * 40, owner_id=people["erin"].id, version_of=imported.package_uuid, note="word " * 80)
        with write():
            video = _video(people["erin"])
            item = db.session.scalar(select(Item).where(Item.uuid == course))
            first = talk.start(
                by=who["alice"],
                item=item,
                title="Does this hold for the basement?",
                body="A **question**, with [a link](https://example.org).",
            )
            answer = talk.reply(
                by=who["dana"],
                thread=first.thread,
                body="> Does it?\n\nYes.\n\n```\nexit\n```\n\n| a | b |\n|---|---|\n| " + "long" * 40 + " | 2 |",
            )
            gone = talk.reply(by=who["bob"], thread=first.thread, body="Never mind.")
            talk.edit(by=who["alice"], comment=first, body="A **better** question.")
            talk.delete(by=who["bob"], comment=gone)
            likes.like(by=who["bob"], item=item)
            likes.like(by=who["alice"], comment=answer)
            key = keys.create(name="Reporting", scopes=["statements/read"]).key
            known = (course, video, first.thread.uuid, first.uuid, people["alice"].uuid, db.session.scalar(select(Group.uuid)), key)
        content = Content(*known, str(db.session.scalar(select(Statement.id).order_by(Statement.seq.desc()).limit(1))))
        projections.catch_up()
        content = replace(content, upload=_uploads(who["erin"]), attempt=_attempt(course, people["alice"]))
    return content


def _uploads(by) -> str:
    """A batch of which one file is imported, one refused, one failed and one still waits."""
    from scorm.packages.queue import receiving, work
    from scorm.packages.queue.models import Upload

    batch = str(uuid4())
    for name, data in {"fire-safety.zip": SAMPLE.read_bytes(), "holiday.zip": b"no zip"}.items():
        receiving.receive([data], name=name, by=by, batch=batch)
        work.work_one()
    for name in ("broken.zip", "a-" + "long-" * 30 + "name.zip"):
        receiving.receive([b"no zip"], name=name, by=by, batch=batch)
    with write():
        broken = db.session.scalar(select(Upload).where(Upload.name == "broken.zip"))
        broken.state, broken.problem = "failed", "unexpected"
    return batch


def _attempt(course: str, person) -> str:
    """What alice did in the course: two answers, an objective, a comment, a value that was refused."""
    from support.playing import Play

    from accounts.people import queries as accounts
    from catalogue.items.models import Item
    from core.clock import now
    from scorm.play import service
    from scorm.play.course import course_of
    from scorm.play.models import Launch

    at = now()
    with write():
        item = db.session.scalar(select(Item).where(Item.uuid == course))
        opened = service.launch(item=item, person=accounts.get(person.id), mode="normal", at=at)
        play = Play(opened.id, person.id)
    sco = course_of(db.session.get(Launch, play.launch_id).version.uuid).launchable[0].identifier
    play.begin(sco=sco, at=at)
    entries = {"id": "exit", "type": "choice", "student_response": "a,c", "result": "correct", "correct_responses.0.pattern": "a,c"}
    changes = {f"cmi.interactions.0.{name}": value for name, value in entries.items()}
    changes |= {"cmi.interactions.1.id": "long" * 40, "cmi.interactions.1.student_response": "word " * 80, "cmi.suspend_data": "x" * 900}
    changes |= {"cmi.objectives.0.id": "o1", "cmi.objectives.0.status": "passed", "cmi.comments": "Well done.", "cmi.core.score.raw": "?"}
    play.commit(changes | {"cmi.core.lesson_status": "passed", "cmi.core.session_time": "99:00:00"}, sco=sco, finish="content", at=at)
    return play.attempt.uuid


def _video(owner) -> str:
    from catalogue.videos import rules, service
    from catalogue.videos.metadata import Metadata

    told = Metadata(title="Travailler en hauteur: une vidéo qui commence par un titre assez long pour deux lignes")
    found = service.add(address=rules.read("https://films.example.org/heights"), told=told, owner_id=owner.id, visibility="published")
    return found.uuid


def pages(app, content: Content, who: str) -> list[str]:
    """The address of every page that this person may open, by the routes themselves; an unknown variable raises KeyError."""
    found = []
    for rule in app.url_map.iter_rules():
        path = rule.rule
        if "GET" not in rule.methods or path.startswith(NOT_PAGES) or path.endswith(NOT_PAGES_ENDS):
            continue
        if audience_of(app, rule.endpoint) in AUDIENCES[who]:
            found.append(_address(path, content))
    if who == "erin":  # who may not see what alice did
        found.remove(f"/people/{content.person}/activity")
        found.remove(f"/attempts/{content.attempt}")
    return sorted(found + _asked_by_query(app, content, who))


def _asked_by_query(app, content: Content, who: str) -> list[str]:
    """Pages of things that have no uuid of ours."""
    base = app.config["SETTINGS"].origin
    people = [f"/activities?id={quote(f'{base}/id/item/{content.course}', safe='')}"]
    admins = [f"/agents?key={quote(f'account {base} colloquium')}"]
    return [*(people if "person" in AUDIENCES[who] else []), *(admins if "admin" in AUDIENCES[who] else [])]


def _address(path: str, content: Content) -> str:
    if "<" not in path:
        return path
    if path.endswith("/watch"):
        return path.replace("<uuid:uuid>", content.video)
    first = path.removeprefix("/admin").split("/")[1]
    known = {
        "items": content.course,
        "threads": content.thread,
        "comments": content.comment,
        "people": content.person,
        "groups": content.group,
        "keys": content.key,
        "statements": content.statement,
        "uploads": content.upload,
        "attempts": content.attempt,
        **dict.fromkeys(("invitation", "reset", "setup"), "an-unknown-token"),
    }
    before, after = path.replace("/versions/<int:number>", "/versions/2").split("<", 1)
    return before + known[first] + after.split(">", 1)[1]
