"""A person is forgotten: what they did through every door of the application stays counted, and nothing says any more who it was."""

import hashlib
import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from support.playing import NOON, Play
from support.tiny_packages import tiny

from accounts.people import queries as people_queries
from accounts.people.models import Person
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.clock import now
from core.db import Base, db, write
from core.erasure import ERASE, MODES, account_key
from lrs import projections
from lrs.privacy import service
from lrs.statements.models import Statement

NAME, LOGIN, MAIL = "Zebedia Quillfeather", "zq.login.8841", "zebedia.q@example.org"
ELSEWHERE = {"homePage": "https://hr.example.org", "name": LOGIN}
ONE_VERB = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
THING = {"id": "https://example.org/thing"}
SOMEBODY = {"mbox": "mailto:other@example.org", "name": "Other One"}
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


@pytest.fixture
def zebedia(app, people, sign_in, csrf, api_key):
    """Somebody who has been through every door; answers their id and UUID."""
    from accounts.people import service as accounts

    with app.app_context(), write():
        password = db.session.get(Person, people["bob"].id).password_hash
        person = accounts.create(email=MAIL, name=NAME, role="learner", password_hash=password)
        who = type(people["bob"])(person.id, person.uuid, MAIL, NAME, "learner")
    item = _plays(app, people, who)
    _talks(app, people, who, item, sign_in, csrf)
    _is_reported_by_tools(app, who, api_key)
    app.test_client().post("/login", data={"email": MAIL, "password": "wrong"})
    app.test_client().post("/reset", data={"email": MAIL})
    with app.app_context():
        projections.catch_up(limit_ms=20_000)
    return who


def _plays(app, people, who) -> str:
    from scorm.packages.importing import import_package
    from scorm.play import service as play

    with app.app_context():
        found = import_package(tiny("<title>Tiny</title>"), name="tiny.zip", owner_id=people["erin"].id, publish=True)
        with write():
            item = db.session.query(Item).filter_by(uuid=found.item_uuid).one()
            opened = play.launch(item=item, person=people_queries.get(who.id), mode="normal", at=NOON)
            launch = opened.id
        run = Play(launch, who.id)
        run.begin()
        run.commit({"cmi.suspend_data": f"hello {NAME}", "cmi.comments": f"I am {MAIL}"})
        run.commit({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80"}, finish="content")
    return found.item_uuid


def _talks(app, people, who, item, sign_in, csrf) -> None:
    client = sign_in(app.test_client(), who)
    token = csrf(client)
    made = client.post(f"/api/v1/items/{item}/threads", json={"title": "What about slide 3?", "body": "I do not get it."}, headers=token)
    assert made.status_code == 201, made.text
    comment = made.json["opening"]["id"]
    edited = client.patch(f"/api/v1/comments/{comment}", json={"body": "I do not get the arrow on it."}, headers=token)
    assert edited.status_code == 200, edited.text
    assert client.put(f"/api/v1/items/{item}/like", headers=token).status_code < 300
    other = sign_in(app.test_client(), people["bob"])
    assert other.put(f"/api/v1/comments/{comment}/like", headers=csrf(other)).status_code < 300


def _statements(who) -> list[dict]:
    """One for each place where the specification has agents."""
    here = {"objectType": "Agent", "name": NAME, "account": {"homePage": "http://localhost", "name": who.uuid}}
    mail = {"mbox": f"mailto:{MAIL}", "name": NAME}
    sha = {"mbox_sha1sum": hashlib.sha1(f"mailto:{MAIL}".encode()).hexdigest()}
    login = {"objectType": "Agent", "account": ELSEWHERE, "name": NAME}
    team = {"objectType": "Group", "name": "Team", "member": [mail, SOMEBODY]}

    def said(actor=SOMEBODY, target=THING, **more):
        return {"actor": actor, "verb": ONE_VERB, "object": target, **more}

    return [
        said(here),
        said(mail, result={"response": f"call me at {MAIL}"}),
        said(sha),
        said(login, context={"extensions": {"https://example.org/login": who.uuid}}),
        said(team),
        said({"objectType": "Group", "account": {"homePage": "https://x.example", "name": "g"}, "member": [login]}),
        said(target={**here}),
        said(target=team),
        said(context={"instructor": mail}),
        said(context={"team": team}),
        said(target={"objectType": "SubStatement", "actor": mail, "verb": ONE_VERB, "object": login, "context": {"instructor": here}}),
        said(target={"id": f"https://example.org/profile/{MAIL}", "definition": {"description": {"en": f"of {MAIL}"}}}),
        said(mail, context={"contextActivities": {"other": [{"id": f"https://example.org/of/{who.uuid}"}]}}),
    ]


def _is_reported_by_tools(app, who, api_key) -> None:
    auth = api_key("all")
    client = app.test_client()
    for version, extra in (("1.0.3", []), ("2.0.0", _in_two(who))):
        headers = {"X-Experience-API-Version": version}
        sent = client.post("/xapi/statements", json=_statements(who) + extra, auth=auth, headers=headers)
        assert sent.status_code == 200, sent.text
    _with_attachments(client, auth)
    _keeps_things(app, who, client, auth)
    with app.app_context(), write():
        from lrs.identities import service as identities

        identities.merge(one=account_key(who.uuid), other=f"account {ELSEWHERE['homePage']} {LOGIN}", by="ada")


def _keeps_things(app, who, client, auth) -> None:
    """Documents, a launch of content elsewhere, a saved filter."""
    from lrs.browser.models import SavedFilter
    from lrs.credentials.launches import issue_launch

    headers = {"X-Experience-API-Version": "1.0.3"}
    agent = json.dumps({"mbox": f"mailto:{MAIL}"})
    for path, more in (("activities/state", {"activityId": THING["id"], "stateId": "s"}), ("agents/profile", {"profileId": "p"})):
        query = {"agent": agent, **more}
        kept = client.put(
            f"/xapi/{path}", query_string=query, data=NAME.encode() * 5_000, auth=auth, headers=headers | {"If-None-Match": "*"}
        )
        assert kept.status_code == 204, kept.text
    with app.app_context(), write() as session:
        actor = {"account": {"homePage": "http://localhost", "name": who.uuid}}
        issue_launch(
            actor=actor, registration=uuid4(), activity=THING["id"], scopes=["statements/write"], expires_at=now() + timedelta(hours=1)
        )
        session.add(SavedFilter(owner=who.uuid, name="mine", query="verb=x"))
        session.add(SavedFilter(owner="somebody", name="theirs", query="person=Zebedia+Quillfeather"))


def _in_two(who) -> list[dict]:
    mail = {"mbox": f"mailto:{MAIL}", "name": NAME}
    agents = [{"objectType": "contextAgent", "agent": {**mail, "objectType": "Agent"}}]
    group = {"objectType": "Group", "member": [{**mail, "objectType": "Agent"}]}
    groups = [{"objectType": "contextGroup", "group": group}]
    return [{"actor": SOMEBODY, "verb": ONE_VERB, "object": THING, "context": {"contextAgents": agents, "contextGroups": groups}}]


def _with_attachments(client, auth) -> None:
    data = b"signed"
    declared = {
        "usageType": SIGNATURE,
        "display": {"en": "signature"},
        "contentType": "text/plain",
        "length": len(data),
        "sha2": hashlib.sha256(data).hexdigest(),
    }
    proof = declared | {"usageType": "https://example.org/proof"}
    for entry in (declared | {"usageType": "https://example.org/other"}, proof):
        statement = {"actor": {"mbox": f"mailto:{MAIL}"}, "verb": ONE_VERB, "object": THING, "attachments": [entry]}
        body = b"".join(
            [
                b"--b\r\nContent-Type: application/json\r\n\r\n" + json.dumps(statement).encode() + b"\r\n",
                b"--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: ",
                entry["sha2"].encode() + b"\r\n\r\n" + data + b"\r\n--b--\r\n",
            ]
        )
        sent = client.post(
            "/xapi/statements",
            data=body,
            auth=auth,
            headers={"X-Experience-API-Version": "1.0.3"},
            content_type="multipart/mixed; boundary=b",
        )
        assert sent.status_code == 200, sent.text


def forget(app, who, mode=ERASE) -> str:
    with app.app_context():
        service.settle()
        with write():
            run = service.start(identifier=account_key(who.uuid), mode=mode, reason=f"asked for by {NAME}").uuid
        assert service.advance()
        db.session.remove()
    return run


def everything(app) -> dict[str, bytes]:
    """Every table, the raw files of the database, and the whole data folder, as bytes in small letters."""
    found = {}
    settings = app.config["SETTINGS"]
    with app.app_context():
        for table in Base.metadata.sorted_tables:
            rows = db.session.execute(select(table)).all()
            found[table.name] = "\n".join(str(value.hex() if False else value) for row in rows for value in row).encode()
            found[table.name] += b"".join(bytes(v) for row in rows for v in row if isinstance(v, (bytes, memoryview)))
        if db.engine.dialect.name == "postgresql":
            stats = db.session.execute(text("SELECT tablename, attname, most_common_vals::text, histogram_bounds::text FROM pg_stats"))
            found["pg_stats"] = "\n".join(map(str, stats.all())).encode()
        db.session.remove()
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            found[str(path.relative_to(settings.data_dir))] = path.read_bytes()
    return {name: content.lower() for name, content in found.items()}


def traces(app, who) -> list[tuple[str, str]]:
    wanted = {NAME, MAIL, LOGIN, who.uuid, hashlib.sha1(f"mailto:{MAIL}".encode()).hexdigest()}
    return [(name, w) for name, content in everything(app).items() for w in sorted(wanted) if w.lower().encode() in content]


@pytest.mark.parametrize("mode", MODES)
def test_nothing_says_any_more_who_it_was(app, zebedia, mode):
    assert {w for _name, w in traces(app, zebedia)} >= {NAME, MAIL, LOGIN, zebedia.uuid}  # the search itself finds
    forget(app, zebedia, mode)
    assert traces(app, zebedia) == []


@pytest.mark.parametrize("mode", MODES)
def test_ids_order_and_counts_stay(app, zebedia, mode):
    def spine():
        with app.app_context():
            rows = db.session.execute(select(Statement.seq, Statement.id, Statement.verb_id, Statement.voided).order_by(Statement.seq))
            return [tuple(row) for row in rows]

    def standing():
        with app.app_context():
            return [
                (p.status, p.score_scaled, p.duration_seconds)
                for p in db.session.scalars(select(Progress).where(Progress.person_id == zebedia.id))
            ]

    before, progress = spine(), standing()
    assert progress
    forget(app, zebedia, mode)
    assert spine() == before
    assert standing() == progress
    with app.app_context():
        projections.rebuild("progress")
    assert standing() == progress  # the log says the same, under the pseudonym


def test_counts_by_period_follow_the_pseudonym(app, zebedia):
    from lrs.rollups.models import Rollup, RollupTotal
    from lrs.statements.models import Term

    def people() -> tuple[int, set[int]]:
        with app.app_context():
            projections.catch_up(limit_ms=20_000)
            total = db.session.scalar(select(RollupTotal.people).where(RollupTotal.grain == "all"))
            return total, set(db.session.scalars(select(Rollup.term_id))) - set(db.session.scalars(select(Term.id)))

    forget(app, zebedia)
    after = people()
    with app.app_context():
        projections.rebuild("rollups")
    assert people() == after
    assert after[1] == set()


def test_wrong_passwords_are_forgotten_too(app, zebedia):
    from accounts.sessions.views import PER_ACCOUNT
    from accounts.throttle.models import Counter
    from accounts.throttle.service import _key

    def counted() -> bool:
        with app.app_context():
            return db.session.get(Counter, _key(PER_ACCOUNT, MAIL)) is not None

    assert counted()
    forget(app, zebedia)
    assert not counted()


def test_the_file_keeps_no_deleted_bytes(sqlite_app):
    """Also where SQLite was built without secure_delete."""
    from lrs.privacy import compaction

    folder, canary = sqlite_app.config["SETTINGS"].data_dir, b"canary-of-the-vacuum"
    with sqlite_app.app_context():
        connection = db.engine.raw_connection()
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("CREATE TABLE scratch (text TEXT)")
        connection.execute("INSERT INTO scratch VALUES (?)", ("x" * 9_000 + canary.decode(),))
        connection.execute("DELETE FROM scratch")
        connection.execute("DROP TABLE scratch")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        assert canary in (folder / "colloquium.db").read_bytes()
        compaction.compact()
        assert not any(canary in path.read_bytes() for path in folder.glob("colloquium.db*"))
