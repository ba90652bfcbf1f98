"""Where a sequenced course stands: kept, given back, told to the log."""

import pytest

from core.clock import now
from core.db import db, write
from scorm.play import tokens
from scorm.play.models import Attempt, GlobalObjectives, Launch

FLOW = "<imsss:sequencing><imsss:controlMode choice='false' flow='true'/></imsss:sequencing>"
PAGES = {"one.html": "<title>1</title>", "two.html": "<title>2</title>"}


@pytest.fixture
def bearer(app, course, people, play):
    """``bearer(person)`` → headers of a launch of one sequenced course."""
    item = course(PAGES, edition="2004", extras=FLOW)

    def opened(name="alice", mode="normal"):
        with app.app_context():
            launch = db.session.get(Launch, play(item, people[name], mode=mode, at=now()).launch_id)
            token = tokens.token_for(tokens.COMMIT, launch.uuid, secret=app.config["SETTINGS"].secret_key)
            return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    return opened


def message(sequence=5, **changes):
    body = {"sequence": sequence, "state": {"engine": {"current": "item1"}, "shared": {}}, "globals": {}}
    return body | {"completion": "incomplete", "success": "unknown", "score": None, "progress": 0.5} | changes


def test_nothing_is_known_at_first(content_client, bearer):
    assert content_client.get("/rt/sequencing", headers=bearer()).json == {"state": None, "sequence": 0, "goesOn": False, "globals": {}}


def test_the_next_launch_finds_where_the_learner_was(content_client, bearer):
    assert content_client.post("/rt/sequencing", json=message(), headers=bearer()).json["state"] == "saved"
    found = content_client.get("/rt/sequencing", headers=bearer()).json
    assert found == {"state": message()["state"], "sequence": 5, "goesOn": True, "globals": {}}


def test_other_learners_find_nothing_of_it(content_client, bearer):
    content_client.post("/rt/sequencing", json=message(globals={"g": {"satisfied": True}}), headers=bearer())
    found = content_client.get("/rt/sequencing", headers=bearer("bob")).json
    assert (found["state"], found["globals"]) == (None, {})


def test_an_older_message_changes_nothing(app, content_client, bearer):
    headers = bearer()
    content_client.post("/rt/sequencing", json=message(9, progress=0.75), headers=headers)
    assert content_client.post("/rt/sequencing", json=message(8, progress=0.25), headers=headers).json["state"] == "stale"
    with app.app_context():
        assert db.session.scalars(db.select(Attempt)).one().progress == 0.75


def test_a_window_that_was_superseded_is_told(content_client, bearer):
    old, new = bearer(), bearer()
    content_client.post("/rt/sequencing", json=message(), headers=new)
    answer = content_client.post("/rt/sequencing", json=message(99), headers=old)
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "superseded")


def test_the_root_is_the_course(app, content_client, bearer, told):
    headers = bearer()
    content_client.post("/rt/sequencing", json=message(), headers=headers)
    content_client.post("/rt/sequencing", json=message(6, completion="completed", success="passed", score=0.8), headers=headers)
    with app.app_context():
        assert [t.verb for t in told()] == ["launched", "progressed", "completed", "passed"]
        assert told()[-1].result["score"]["scaled"] == 0.8


def test_commits_of_parts_do_not_say_how_a_led_course_stands(app, content_client, bearer):
    headers = bearer()
    content_client.post("/rt/sequencing", json=message(), headers=headers)
    for sco in ("item1", "item2"):
        changes = {"cmi.completion_status": "completed", "cmi.success_status": "passed"}
        body = {"sco": sco, "sequence": 5, "session": 5, "finish": "content", "changes": changes}
        assert content_client.post("/rt/commit", json=body, headers=headers).status_code == 200
    with app.app_context():
        attempt = db.session.scalars(db.select(Attempt)).one()
        assert (attempt.completion, attempt.success) == ("incomplete", "unknown")


def test_global_objectives_are_the_learner_s_and_join_what_was_known(app, content_client, bearer, people):
    known = {"other": {"completed": True}, "g": {"satisfied": False}}
    with app.app_context(), write() as session:
        session.add(GlobalObjectives(person_id=people["alice"].id, known=known))
    headers = bearer()
    content_client.post("/rt/sequencing", json=message(globals={"g": {"satisfied": True, "measure": 0.5}}), headers=headers)
    found = content_client.get("/rt/sequencing", headers=headers).json["globals"]
    assert found == {"other": {"completed": True}, "g": {"satisfied": True, "measure": 0.5}}


@pytest.mark.parametrize(
    "wrong", [{"score": 2}, {"progress": "1"}, {"completion": "done"}, {"globals": {"g": {"measure": 7}}}, {"state": "x"}]
)
def test_nonsense_is_refused(content_client, bearer, wrong):
    assert content_client.post("/rt/sequencing", json=message(**wrong), headers=bearer()).status_code == 422


def test_looking_around_keeps_nothing(content_client, bearer):
    headers = bearer("erin", mode="browse")
    assert content_client.post("/rt/sequencing", json=message(), headers=headers).json["state"] == "ignored"
    assert content_client.get("/rt/sequencing", headers=headers).json["state"] is None


def test_a_part_that_ended_begins_anew_and_one_that_did_not_goes_on(app, content_client, bearer):
    """RTE 4.2.11: what is resumed is what was suspended, or never came to its end."""
    headers = bearer()

    def entry(**body):
        body = {"sco": "item1", "sequence": 1, "session": 1, "finish": "", "changes": {"cmi.location": "3"}} | body
        assert content_client.post("/rt/commit", json=body, headers=headers).status_code == 200
        elements = content_client.get("/rt/state?sco=item1", headers=headers).json["elements"]
        return elements["cmi.entry"], elements.get("cmi.location")

    assert entry() == ("resume", "3")
    assert entry(sequence=2, finish="content", changes={"cmi.exit": "suspend"}) == ("resume", "3")
    assert entry(sequence=4, session=3, finish="content", changes={"cmi.exit": "normal"}) == ("ab-initio", None)

