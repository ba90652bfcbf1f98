"""How many attempts a learner has, when one begins, and which of them make the result."""

import json
from base64 import b64encode
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from support.playing import NOON

from accounts.people.models import Person
from catalogue.items.models import Item
from catalogue.progress import grading
from catalogue.progress.models import Progress
from core.db import db, write
from core.errors import Conflict
from lrs import projections
from scorm.packages import queries as packages
from scorm.packages import service as packages_service
from scorm.play import grading as attempts_grading
from scorm.play import queries, rules, seeds
from scorm.play.cmi.outcome import Outcome, Score
from scorm.play.models import Launch

HOUR = timedelta(hours=1)
# Long before the tests run: nothing is dated later than it was stored.
ONCE = NOON - timedelta(days=60)


@pytest.fixture
def switch():
    """``switch(item, grading="latest", …)`` changes how an item is played; inside an application context."""

    def change(item: str, **values) -> None:
        with write():
            found = db.session.query(Item).filter_by(uuid=item).one()
            packages_service.switch(package=packages.package_of(found.id), values=values)
        packages_service.follow(60_000)

    return change


@pytest.fixture
def attempt(play):
    """``attempt(item, person, status, raw)`` plays one attempt to its end, each an hour after the one before."""
    hours = count()

    def run(item, person, status: str, raw: int | None = None, *, at=None):
        at = at or ONCE + next(hours) * HOUR
        opened = play(item, person, at=at)
        opened.begin(at=at)
        changes = {"cmi.core.lesson_status": status} | ({} if raw is None else {"cmi.core.score.raw": str(raw)})
        opened.commit(changes, finish="content", at=at + timedelta(minutes=10))
        return opened

    return run


def standing(item: str, person) -> tuple[str, float | None]:
    """What pages, reports and the API show of a learner's result."""
    projections.catch_up(limit_ms=10_000)
    db.session.expire_all()
    found = db.session.scalars(select(Progress).join(Item, Item.id == Progress.item_id).where(Item.uuid == item)).all()
    (row,) = [row for row in found if row.person_id == person.id]
    return row.status, row.score_scaled


class TestLimit:
    def test_the_last_attempt_is_the_last(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, attempt_limit=2)
            attempt(item, people["alice"], "failed", 40)
            attempt(item, people["alice"], "failed", 50)
            with pytest.raises(Conflict) as refusal:
                attempt(item, people["alice"], "passed", 90)
            assert refusal.value.code == "attempts_used"
            assert "2" in str(refusal.value.message)
            assert standing(item, people["alice"]) == ("failed", 0.5)
            assert attempt(item, people["bob"], "passed", 90).attempt.n == 1

    def test_an_attempt_under_way_is_gone_on_with(self, app, people, course, play, switch):
        item = course()
        with app.app_context():
            switch(item, attempt_limit=1)
            first = play(item, people["alice"])
            first.begin()
            first.commit({"cmi.core.lesson_status": "incomplete"}, finish="player")
            assert play(item, people["alice"]).attempt.n == 1

    def test_it_can_still_be_looked_at(self, app, people, course, attempt, play, switch):
        item = course()
        with app.app_context():
            switch(item, attempt_limit=1)
            first = attempt(item, people["alice"], "completed")
            assert play(item, people["alice"], mode="review").attempt.id == first.attempt.id

    def test_raising_the_limit_gives_another(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, attempt_limit=1)
            attempt(item, people["alice"], "completed")
            switch(item, attempt_limit=2)
            assert attempt(item, people["alice"], "completed").attempt.n == 2

    def test_after_a_pass_nothing_more_is_recorded(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, lock_after_pass=True)
            attempt(item, people["alice"], "failed", 40)
            attempt(item, people["alice"], "passed", 90)
            with pytest.raises(Conflict) as refusal:
                attempt(item, people["alice"], "failed", 10)
            assert refusal.value.code == "already_passed"


class TestNewAttempts:
    def test_never_goes_on_with_a_finished_attempt(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, new_attempt="never")
            attempt(item, people["alice"], "failed", 40)
            assert attempt(item, people["alice"], "passed", 90).attempt.n == 1
            assert standing(item, people["alice"]) == ("passed", 0.9)

    def test_always_begins_anew_even_what_was_interrupted(self, app, people, course, play, switch):
        item = course()
        with app.app_context():
            switch(item, new_attempt="always")
            first = play(item, people["alice"])
            assert play(item, people["alice"]).attempt.n == 1, "nothing was played yet"
            first.begin()
            first.commit({"cmi.core.lesson_status": "incomplete"}, finish="player")
            assert play(item, people["alice"]).attempt.n == 2
            assert first.attempt.state == "closed"


class TestRoom:
    """What the author's limit of suspend data means on the server."""

    def test_what_is_too_long_is_named_and_the_rest_is_kept(self, app, people, course, play, switch):
        item = course()
        with app.app_context():
            switch(item, suspend_limit=5_000)
            opened = play(item, people["alice"])
            opened.begin()
            assert opened.commit({"cmi.suspend_data": "x" * 5_000}).rejected == {}
            receipt = opened.commit({"cmi.suspend_data": "y" * 5_001, "cmi.core.lesson_location": "7"})
            assert receipt.rejected == {"cmi.suspend_data": "too_long"}
            stored = json.loads(opened.state().cmi)
            assert stored == {"cmi.suspend_data": "x" * 5_000, "cmi.core.lesson_location": "7"}

    def test_more_than_usual_and_what_was_stored_stays_when_the_limit_falls(self, app, people, course, play, switch):
        item = course()
        with app.app_context():
            switch(item, suspend_limit=100_000)
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit({"cmi.suspend_data": "x" * 100_000})
            switch(item)
            launch = db.session.get(Launch, play(item, people["alice"]).launch_id)
            seed = seeds.seed_of(launch=launch, person=db.session.get(Person, people["alice"].id), sco="item1")
            assert (len(seed["elements"]["cmi.suspend_data"]), seed["room"]) == (100_000, 64_000)


class TestTime:
    def test_is_counted_over_the_sessions_of_an_attempt_and_by_our_clock(self, app, people, course, play):
        limits = "<adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed><adlcp:timelimitaction>exit,message</adlcp:timelimitaction>"
        item = course(extras=limits)
        with app.app_context():
            opened = play(item, people["alice"], at=ONCE)
            opened.begin(at=ONCE)
            opened.commit({"cmi.core.lesson_status": "incomplete"}, finish="player", at=ONCE + timedelta(minutes=10))
            again = play(item, people["alice"], at=ONCE + HOUR)
            assert limit_of(again, people["alice"]) == {"left": 1200.0, "exit": True, "message": True}
            assert limit_of(play(item, people["alice"], mode="review"), people["alice"]) is None


def limit_of(opened, person) -> dict | None:
    launch = db.session.get(Launch, opened.launch_id)
    return seeds.seed_of(launch=launch, person=db.session.get(Person, person.id), sco="item1")["limit"]


@pytest.mark.parametrize(
    ("rule", "result"),
    [("highest", ("passed", 0.9)), ("latest", ("failed", 0.3)), ("first", ("failed", 0.5)), ("average", ("passed", 0.5666667))],
)
def test_the_rule_says_which_attempt_is_the_result(app, people, course, attempt, switch, rule, result):
    item = course()
    with app.app_context():
        switch(item, grading=rule)
        for status, raw in (("failed", 50), ("passed", 90), ("failed", 30)):
            attempt(item, people["alice"], status, raw)
        assert standing(item, people["alice"]) == result


def test_a_new_rule_grades_what_is_there_again(app, people, course, attempt, switch):
    item = course()
    with app.app_context():
        for status, raw in (("passed", 90), ("failed", 30)):
            attempt(item, people["alice"], status, raw)
        attempt(item, people["bob"], "passed", 80)
        assert standing(item, people["alice"]) == ("passed", 0.9)
        switch(item, grading="latest")
        assert standing(item, people["alice"]) == ("failed", 0.3)
        assert standing(item, people["bob"]) == ("passed", 0.8)
        projections.rebuild("progress")
        assert standing(item, people["alice"]) == ("failed", 0.3)
        switch(item)
        assert standing(item, people["alice"]) == ("passed", 0.9)


def test_beginning_again_takes_nothing_away(app, people, course, attempt, play, switch):
    item = course()
    with app.app_context():
        switch(item, grading="latest")
        attempt(item, people["alice"], "passed", 90)
        again = play(item, people["alice"], at=ONCE + 9 * HOUR)
        again.begin(at=ONCE + 9 * HOUR)
        again.commit({"cmi.core.score.raw": "10"}, at=ONCE + 9 * HOUR)
        assert again.attempt.n == 2
        assert standing(item, people["alice"]) == ("passed", 0.9)


def test_an_attempt_is_what_it_says_last(app, people, course, play):
    item = course()
    with app.app_context():
        opened = play(item, people["alice"], at=ONCE)
        opened.begin(at=ONCE)
        for minute, (status, raw) in enumerate((("failed", "80"), ("passed", "95"), ("passed", "85")), start=1):
            opened.commit({"cmi.core.lesson_status": status, "cmi.core.score.raw": raw}, at=ONCE + timedelta(minutes=minute))
        assert opened.attempt.score_scaled == 0.85
        assert standing(item, people["alice"]) == ("passed", 0.85)


outcomes = st.builds(
    Outcome,
    completion=st.sampled_from(["completed", "incomplete"]),
    success=st.sampled_from(["passed", "failed", "unknown"]),
    score=st.none() | st.integers(0, 100).map(lambda raw: Score(raw / 100)),
)


class _Attempt:
    def __init__(self, n: int, outcome: Outcome):
        self.n, self.outcome = n, outcome


@given(
    st.lists(outcomes, max_size=6).flatmap(lambda found: st.tuples(st.just(found), st.permutations(range(len(found))))),
    st.sampled_from(grading.GRADINGS),
)
def test_the_result_follows_from_attempts_and_rule_in_whatever_order_they_are_asked(drawn, rule):
    found, order = drawn
    attempts = [_Attempt(n, outcome) for n, outcome in enumerate(found, start=1)]
    result = attempts_grading.graded(attempts, rule)
    assert attempts_grading.graded([attempts[place] for place in order], rule) == result
    counting = attempts_grading.counting(attempts, rule)
    if not attempts:
        assert (result, counting) == (Outcome("not attempted"), [])
        return
    done = [one for one in attempts if attempts_grading.status_of(one.outcome) != "started"] or attempts
    assert set(counting) <= {one.n for one in done}
    if rule == "highest":
        assert (result.success == "passed") == any(one.outcome.success == "passed" for one in done)
    if rule in ("first", "latest"):
        assert counting == [(min if rule == "first" else max)(one.n for one in done)]
    if rule == "average":
        scores = [one.outcome.score.scaled for one in done if one.outcome.score]
        assert (result.score.scaled if result.score else None) == (pytest.approx(sum(scores) / len(scores)) if scores else None)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    played=st.lists(st.tuples(st.sampled_from(["failed", "passed", "completed"]), st.none() | st.integers(0, 100)), min_size=1, max_size=4),
    chosen=st.lists(st.sampled_from(grading.GRADINGS), min_size=1, max_size=3),
    late=st.booleans(),
)
def test_what_pages_show_is_what_the_attempts_come_to(app, people, course_once, attempt, switch, played, chosen, late):
    """Whatever was played, whichever rules were chosen on the way, and also when statements are folded late."""
    with app.app_context():
        _forget_everything()
        for step, (status, raw) in enumerate(played):
            attempt(course_once, people["alice"], status, raw)
            if not late:
                projections.catch_up(limit_ms=5_000)
            switch(course_once, grading=chosen[step % len(chosen)])
        rule = chosen[(len(played) - 1) % len(chosen)]
        person, item = people["alice"].id, db.session.query(Item).filter_by(uuid=course_once).one().id
        result = attempts_grading.graded(queries.attempts_of(person, item), rule)
        shown = standing(course_once, people["alice"])
        assert shown == (attempts_grading.status_of(result), result.score.scaled if result.score else None)
        projections.rebuild("progress")
        assert standing(course_once, people["alice"]) == shown


@pytest.fixture
def course_once(course):
    return course()


def _forget_everything() -> None:
    from catalogue.progress.models import ProgressAttempt, ProgressFact
    from lrs.statements.models import Statement
    from scorm.play.models import Registration

    with write() as session:
        for table in (ProgressFact, ProgressAttempt, Progress, Statement, Registration):
            session.execute(db.delete(table))


def test_a_result_asks_the_database_as_often_for_many_learners_as_for_one(app, people, course, attempt, count_queries):
    item = course()
    with app.app_context():
        attempt(item, people["alice"], "failed", 40)
        item_id = db.session.query(Item).filter_by(uuid=item).one().id
        db.session.rollback()
        with count_queries() as one:
            queries.graded_of(item_id, [people["alice"].id])
        attempt(item, people["bob"], "passed", 90)
        attempt(item, people["alice"], "passed", 70)
        db.session.rollback()
        with count_queries() as two:
            found = queries.graded_of(item_id, [people["alice"].id, people["bob"].id, people["erin"].id])
        assert len(one) == len(two)
        assert {person: outcome.score.scaled for person, outcome in found.items()} == {people["alice"].id: 0.7, people["bob"].id: 0.9}


class TestCompletion:
    """What completes a course, and attempts that are there when that changes."""

    @pytest.mark.parametrize(
        ("own", "rule", "after"),
        [
            (Outcome("completed"), "score", Outcome("incomplete")),
            (Outcome("incomplete", "unknown", Score(0.8)), "score", Outcome("completed", "unknown", Score(0.8))),
            (Outcome("completed", "passed", Score(0.79)), "score", Outcome("incomplete", "unknown", Score(0.79))),
            (Outcome("incomplete", "failed", Score(0.5)), "score", Outcome("incomplete", "failed", Score(0.5))),
            (Outcome("not attempted"), "score", Outcome("not attempted")),
            (Outcome("incomplete", "failed"), "all", Outcome("completed", "failed")),
            (Outcome("completed", "passed", Score(0.1)), "status", Outcome("completed", "passed", Score(0.1))),
        ],
    )
    def test_a_rule_decides_completion_and_a_pass_waits_for_it(self, own, rule, after):
        assert rules.completed_by(own, rule=rule, at_least=80, parts=[Outcome("incomplete", "failed")]) == after

    def test_every_part_means_every_part(self):
        parts = [Outcome("completed"), Outcome("incomplete")]
        assert rules.completed_by(Outcome("completed"), rule="all", at_least=80, parts=parts).completion == "incomplete"
        assert rules.completed_by(Outcome("completed"), rule="all", at_least=80, parts=[]).completion == "incomplete"

    def test_a_score_completes_at_once(self, app, people, course, play, switch, told):
        item = course()
        with app.app_context():
            switch(item, completion="score", completion_score=60)
            opened = play(item, people["alice"])
            opened.begin()
            assert opened.commit({"cmi.core.score.raw": "59"}).course.completion == "incomplete"
            assert opened.commit({"cmi.core.score.raw": "60"}).course.completion == "completed"
            assert [t.verb for t in told() if t.about == ""].count("completed") == 1

    def test_what_a_package_calls_completed_is_not_without_the_score(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, completion="score", completion_score=60)
            attempt(item, people["alice"], "completed", 50)
            assert standing(item, people["alice"]) == ("started", 0.5)

    def test_a_new_rule_judges_attempts_that_are_there(self, app, people, course, attempt, switch, told):
        item = course()
        with app.app_context():
            attempt(item, people["alice"], "passed", 70)
            attempt(item, people["bob"], "passed", 90)
            switch(item, completion="score", completion_score=80)
            assert standing(item, people["alice"]) == ("started", 0.7)
            assert standing(item, people["bob"]) == ("passed", 0.9)
            switch(item)
            assert standing(item, people["alice"]) == ("passed", 0.7)
            projections.rebuild("progress")
            assert standing(item, people["alice"]) == ("passed", 0.7)

    def test_a_looser_rule_completes_what_had_not_been(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            opened = attempt(item, people["alice"], "incomplete", 70)
            switch(item, completion="score", completion_score=60)
            db.session.refresh(opened.attempt)
            assert opened.attempt.completion == "completed"
            assert standing(item, people["alice"]) == ("completed", 0.7)
            row = db.session.scalars(select(Progress)).one()
            assert row.completed_at == ONCE + timedelta(minutes=10), "when the learner did it, not when the author changed the rule"

    def test_an_attempt_is_said_to_be_completed_and_passed_once(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            attempt(item, people["alice"], "passed", 70)
            for percent in (80, 70, 90, 10):
                switch(item, completion="score", completion_score=percent)
            switch(item)
            assert sorted(_standing_verbs(item)) == ["completed", "passed"]

    def test_time_and_scores_stay_when_a_verdict_is_taken_back(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            attempt(item, people["alice"], "passed", 70)
            standing(item, people["alice"])
            before = db.session.scalars(select(Progress)).one().duration_seconds
            switch(item, completion="score", completion_score=80)
            assert standing(item, people["alice"]) == ("started", 0.7)
            assert db.session.scalars(select(Progress)).one().duration_seconds == before > 0

    def test_every_part_in_a_course_of_several(self, app, people, course, play, switch):
        item = course({"a.html": "a", "b.html": "b"})
        with app.app_context():
            opened = play(item, people["alice"])
            for sco, status in (("item1", "completed"), ("item2", "failed")):
                opened.begin(sco=sco)
                opened.commit({"cmi.core.lesson_status": status}, sco=sco, finish="content")
            assert (opened.attempt.completion, opened.attempt.success) == ("incomplete", "failed")
            switch(item, completion="all")
            db.session.refresh(opened.attempt)
            assert (opened.attempt.completion, opened.attempt.success) == ("completed", "failed")


def _standing_verbs(item: str) -> list[str]:
    """Verbs of completion about a course that nobody has taken back."""
    from lrs.statements.models import Statement

    found = [json.loads(payload) for payload in db.session.scalars(select(Statement.payload).where(Statement.voided.is_(False)))]
    about = [s["verb"]["id"].rpartition("/")[2] for s in found if s["object"].get("id", "").endswith(f"/id/item/{item}")]
    return [verb for verb in about if verb in ("completed", "passed", "failed")]


def test_the_upgrade_tells_attempts_apart_that_were_played_before(app, people, course, attempt):
    """Facts and sums that migration 0018 makes of what an older release kept are those that folding the log makes."""
    import importlib.util
    from pathlib import Path

    import migrations
    from catalogue.progress.models import ProgressAttempt, ProgressFact

    path = Path(migrations.__path__[0]) / "versions" / "0018_attempts.py"
    spec = importlib.util.spec_from_file_location("attempts_0018", path)
    upgrade = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(upgrade)

    def rows(table) -> list[tuple]:
        db.session.rollback()
        return sorted(tuple(row) for row in db.session.execute(select(table.__table__)))

    item = course()
    with app.app_context():
        for status, raw in (("failed", 50), ("passed", 90), ("completed", None)):
            attempt(item, people["alice"], status, raw)
        attempt(item, people["bob"], "passed", 80)
        projections.catch_up(limit_ms=10_000)
        facts, sums = rows(ProgressFact), rows(ProgressAttempt)
        with write() as session:
            session.execute(db.delete(ProgressAttempt))
            session.execute(db.update(ProgressFact).values(attempt=""))
            session.execute(db.update(ProgressFact).where(ProgressFact.duration_seconds > 0).values(completed=True, passed=True))
        with write() as session:
            upgrade._tell_attempts_apart(session.connection())
            upgrade._sum_up(session.connection())
        assert (rows(ProgressFact), rows(ProgressAttempt)) == (facts, sums)


class TestPages:
    """What learners are told where no attempt is left, on the page and by the API."""

    @pytest.fixture
    def used_up(self, app, people, course, attempt, switch):
        item = course()
        with app.app_context():
            switch(item, attempt_limit=1)
            attempt(item, people["alice"], "failed", 40)
            projections.catch_up(limit_ms=10_000)
        return item

    def test_the_button_offers_the_review_and_says_why(self, used_up, people, sign_in, client):
        sign_in(client, people["alice"])
        page = client.get(f"/items/{used_up}").text
        assert "You have used your only attempt." in page
        assert 'value="review"' in page
        assert "Start a new attempt" not in page

    def test_a_launch_from_an_old_page_comes_back_with_the_reason(self, used_up, people, sign_in, client, csrf):
        sign_in(client, people["alice"])
        answer = client.post(f"/items/{used_up}/launch", headers=csrf(client))
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/items/{used_up}")
        assert "You have used your only attempt." in client.get(answer.headers["Location"]).text

    def test_the_api_refuses_with_a_code(self, used_up, people, client, api_key):
        key = {"Authorization": "Basic " + b64encode(":".join(api_key("all")).encode()).decode()}
        answer = client.post(f"/api/v1/items/{used_up}/launches", json={"email": people["alice"].email}, headers=key)
        assert (answer.status_code, answer.json["error"]["code"]) == (409, "attempts_used")


def test_a_commit_that_still_knew_the_old_rule_is_judged_again_later(app, people, course, attempt, switch):
    from scorm.packages.models import Rejudging
    from scorm.play import judging

    item = course()
    with app.app_context():
        opened = attempt(item, people["alice"], "passed", 70)
        switch(item, completion="score", completion_score=80)
        assert opened.attempt.completion == "incomplete"
        with write() as session:
            late = session.merge(opened.attempt)
            late.outcome, late.own_completion, late.own_success = Outcome("completed", "passed", Score(0.7)), None, None
        judging.catch_up(10_000)
        assert db.session.scalars(select(Rejudging)).one().due_at > ONCE, "not due yet"
        with write() as session:
            session.scalars(select(Rejudging)).one().due_at -= timedelta(hours=1)
            row = session.scalars(select(Rejudging)).one()
            row.changed_at = row.due_at - timedelta(minutes=1)
        judging.catch_up(10_000)
        db.session.expire_all()
        assert (opened.attempt.completion, opened.attempt.success) == ("incomplete", "unknown")
        assert db.session.scalars(select(Rejudging)).all() == []
        assert standing(item, people["alice"]) == ("started", 0.7)
