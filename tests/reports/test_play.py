"""Reports of play: attempts, answers, questions; who sees them; hostile texts; files."""

import csv
import io
from datetime import timedelta

import pytest
from markupsafe import escape
from sqlalchemy import select, update
from support.playing import NOON

from core.clock import now
from core.db import db, write
from core.erasure import ERASE, account_key
from lrs import projections
from reports.play import rules, words
from scorm.packages.importing import import_package
from scorm.play import tokens
from scorm.play.answers import service as answers
from scorm.play.answers.models import Answer, Question
from scorm.play.course import course_of
from scorm.play.models import Attempt, Launch


def rows(answer) -> list[dict]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def attempt_of(app, name) -> str:
    from accounts.people.models import Person
    from scorm.play.models import Registration

    query = select(Attempt.uuid).join(Registration).join(Person, Person.id == Registration.person_id).where(Person.name == name)
    with app.app_context():
        return db.session.scalar(query.order_by(Attempt.n.desc()))


def listed() -> list[tuple]:
    """Everything in the lists of questions and answers, without row ids."""
    query = select(Question.sco, Question.identifier, Answer.attempt_id, Answer.response, Answer.verdict, Answer.points, Answer.tries)
    return sorted(map(tuple, db.session.execute(query.join(Answer, Answer.question_id == Question.id))), key=str)


class TestWhoSees:
    def test_a_trainer_sees_the_group_and_an_administrator_everybody(self, quiz, asked):
        assert [row["person"] for row in rows(asked("dana", f"/items/{quiz}/attempts.csv"))] == ["Alice", "Bob"]
        assert [row["person"] for row in rows(asked("ada", f"/items/{quiz}/attempts.csv"))] == ["Alice", "Bob", "Charlie"]
        assert {row["person"] for row in rows(asked("dana", f"/items/{quiz}/answers.csv"))} == {"Alice", "Bob"}
        assert "Charlie" not in asked("dana", f"/items/{quiz}/attempts").text

    def test_others_see_no_report(self, quiz, asked):
        for path in ("attempts", "attempts.csv", "answers.csv", "questions", "questions.csv"):
            assert {asked(name, f"/items/{quiz}/{path}").status_code for name in ("alice", "erin")} == {403}

    def test_an_attempt_is_seen_by_its_learner_and_their_trainer_only(self, app, quiz, asked):
        uuid = attempt_of(app, "Alice")
        assert {name: asked(name, f"/attempts/{uuid}").status_code for name in ("alice", "dana", "ada", "bob", "erin")} == {
            "alice": 200, "dana": 200, "ada": 200, "bob": 404, "erin": 404,
        }  # fmt: skip
        of_charlie = attempt_of(app, "Charlie")
        assert [asked("dana", f"/attempts/{of_charlie}{more}").status_code for more in ("", "/stored", "/journal", "/journal.csv")] == [
            404
        ] * 4

    def test_nobody_sees_the_report_of_an_item_that_is_hidden_from_them(self, app, quiz, asked):
        from catalogue.items.models import Item

        with app.app_context(), write():
            db.session.execute(update(Item).where(Item.uuid == quiz).values(visibility="draft"))
        assert asked("dana", f"/items/{quiz}/attempts").status_code == 404
        assert asked("dana", f"/attempts/{attempt_of(app, 'Alice')}").status_code == 404

    def test_correct_answers_are_kept_from_a_learner_until_the_attempt_is_finished(self, app, people, course, play, asked):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit({"cmi.interactions.0.id": "q", "cmi.interactions.0.type": "choice", "cmi.interactions.0.student_response": "mine",
                           "cmi.interactions.0.correct_responses.0.pattern": "thesolution"})  # fmt: skip
        uuid = attempt_of(app, "Alice")
        assert "mine" in asked("alice", f"/attempts/{uuid}").text
        assert "thesolution" not in asked("alice", f"/attempts/{uuid}").text
        assert "thesolution" in asked("dana", f"/attempts/{uuid}").text
        with app.app_context():
            opened.commit({"cmi.core.lesson_status": "passed"}, finish="content")
        assert "thesolution" in asked("alice", f"/attempts/{uuid}").text


class TestAttempts:
    def test_each_is_listed_with_how_it_stands(self, quiz, asked):
        alice, bob = rows(asked("dana", f"/items/{quiz}/attempts.csv"))
        assert (alice["status"], alice["score_raw"], alice["duration_s"], alice["groups"]) == ("passed", "90.0", "300.0", "Night shift")
        assert (bob["status"], bob["score_scaled"], bob["attempt"]) == ("failed", "0.1", "1")

    def test_can_be_narrowed(self, quiz, asked):
        for query, wanted in [
            ("q=ali", ["Alice"]),
            ("status=failed", ["Bob"]),
            ("status=completed", []),
            ("since=2026-11-23", []),
            ("until=2026-11-22", ["Alice", "Bob"]),
            ("version=2", []),
            ("group=unknown", []),
            ("status=nonsense&since=never&page=x&sort=?", ["Alice", "Bob"]),
        ]:
            assert [row["person"] for row in rows(asked("dana", f"/items/{quiz}/attempts.csv?{query}"))] == wanted
            page = asked("dana", f"/items/{quiz}/attempts?{query}")
            assert page.status_code == 200
            assert ("Nothing matches" in page.text) == (not wanted)

    def test_the_one_that_counts_is_marked(self, app, people, quiz, play, asked):
        with app.app_context():
            again = play(quiz, people["alice"], at=NOON + timedelta(hours=1))
            again.begin(at=NOON + timedelta(hours=1))
            again.commit({"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "5"}, finish="content", at=NOON + timedelta(hours=2))
            projections.catch_up(5_000)
        told = {(row["person"], row["attempt"]): row["counts"] for row in rows(asked("dana", f"/items/{quiz}/attempts.csv"))}
        assert told == {("Alice", "1"): "true", ("Bob", "1"): "true", ("Alice", "2"): "false"}
        assert len(rows(asked("dana", f"/items/{quiz}/attempts.csv?which=counts"))) == 2
        assert "another attempt counts" in asked("alice", f"/attempts/{attempt_of(app, 'Alice')}").text

    def test_a_course_that_nobody_opened_says_what_to_expect(self, course, asked):
        item = course()
        assert "No attempts yet" in asked("dana", f"/items/{item}/attempts").text
        assert "No answers yet" in asked("dana", f"/items/{item}/questions").text
        assert "You have not opened this course yet" in asked("alice", f"/items/{item}/my-attempts").text

    def test_work_does_not_grow_with_the_number_of_attempts(self, app, people, quiz, play, sign_in, count_queries):
        client = sign_in(app.test_client(), people["ada"])

        def asked_for(path) -> int:
            client.get(path)
            with count_queries() as statements:
                assert client.get(path).status_code == 200
            return len(statements)

        paths = [f"/items/{quiz}/{page}" for page in ("attempts", "questions", "attempts.csv", "answers.csv", "questions.csv")]
        before = [asked_for(path) for path in paths]
        with app.app_context():
            for hour in range(1, 6):
                opened = play(quiz, people["bob"], at=NOON + timedelta(hours=hour))
                opened.begin(at=NOON + timedelta(hours=hour))
                changes = {"cmi.interactions.0.id": "capital", "cmi.interactions.0.student_response": f"{hour}"}
                opened.commit(changes | {"cmi.core.lesson_status": "failed"}, finish="content", at=NOON + timedelta(hours=hour, minutes=1))
        assert [asked_for(path) for path in paths] == before


class TestOneAttempt:
    def test_shows_its_parts_answers_and_times_in_words(self, app, quiz, asked):
        page = asked("dana", f"/attempts/{attempt_of(app, 'Alice')}").text
        for text in ("Tiny 1", "capital", "1 → c; 2 → b", "1 → b; 2 → c", "hello", "Correct", "Wrong", "Neither right nor wrong", "5 s"):
            assert text in page

    def test_explains_what_was_implausible(self, app, people, course, play, asked):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            changes = {"cmi.core.lesson_status": "passed", "cmi.core.session_time": "10:00:00"}
            opened.commit(changes, finish="content", at=NOON + timedelta(seconds=5))
        page = asked("dana", f"/attempts/{attempt_of(app, 'Alice')}").text
        assert "sooner than most people read a page" in page
        assert "more time than had passed on the clock" in page
        assert "35 s" in page  # what counts: the clock and thirty seconds
        assert "10:00:00" in page  # what the course says

    def test_everything_stored_and_every_save_can_be_read(self, app, people, course, play, asked):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit({"cmi.suspend_data": "x" * 5_000, "cmi.core.score.raw": "many", "cmi.core.lesson_location": "p7"})
        uuid = attempt_of(app, "Alice")
        stored, journal = asked("dana", f"/attempts/{uuid}/stored").text, asked("dana", f"/attempts/{uuid}/journal").text
        assert "x" * 5_000 in stored
        assert "5,000 characters" in journal
        assert "not a number" in journal
        told = {row["element"]: row for row in rows(asked("dana", f"/attempts/{uuid}/journal.csv"))}
        assert (told["cmi.suspend_data"]["length"], told["cmi.core.score.raw"]["rejected"]) == ("5000", "not_a_number")
        assert told["cmi.core.lesson_location"]["value"] == "p7"


class TestQuestions:
    def test_each_is_summed_up(self, quiz, asked):
        told = {row["question"]: row for row in rows(asked("dana", f"/items/{quiz}/questions.csv"))}
        capital = told["capital"]
        assert (capital["answered"], capital["correct"], capital["correct_share"], capital["mean_latency_s"]) == ("2", "1", "0.5", "5.0")
        assert capital["most_frequent"] == "1 × a; 1 × b"
        assert capital["separation"] == ""  # two attempts say nothing
        assert (told["free"]["judged"], told["free"]["correct_share"]) == ("0", "")

    def test_the_lists_are_those_of_what_is_stored(self, app, quiz):
        with app.app_context():
            before = listed()
            assert len(before) == 4
            with write():
                answers.again()
            assert listed() == []
            while answers.list_states(limit=1):
                pass
            assert listed() == before

    def test_the_last_answer_of_an_attempt_counts_and_its_tries_are_told(self, app, people, course, play):
        item = course()
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            for n, response in enumerate(("c,a", "b", "a, c")):
                opened.commit({f"cmi.interactions.{n}.id": "q", f"cmi.interactions.{n}.type": "choice",
                               f"cmi.interactions.{n}.student_response": response})  # fmt: skip
            assert [(row[1], row[3], row[6]) for row in listed()] == [("q", "a[,]c", 3)]
            opened.commit({"cmi.interactions.2.id": "other"})
            assert [(row[1], row[3], row[6]) for row in listed()] == [("other", "a[,]c", 1), ("q", "b", 2)]

    def test_a_part_that_begins_anew_forgets_its_answers(self, app, people, course, play):
        item = course(edition="2004")
        with app.app_context():
            opened = play(item, people["alice"])
            opened.begin()
            opened.commit(
                {"cmi.interactions.0.id": "q", "cmi.interactions.0.learner_response": "x", "cmi.exit": "normal"}, finish="content"
            )
            assert len(listed()) == 1
            switch_off_resuming(opened)
            opened.begin()
            assert listed() == []

    def test_erasing_somebody_takes_their_answers_away(self, app, people, quiz):
        from lrs.privacy import service as privacy

        with app.app_context():
            with write():
                uuid = privacy.start(identifier=account_key(people["alice"].uuid), mode=ERASE, reason="asked").uuid
            privacy.advance(uuid)
            assert {row[3] for row in listed()} == {"a"}
            answers.list_states()
            assert {row[3] for row in listed()} == {"a"}


def switch_off_resuming(opened) -> None:
    """The author decides that a part which did not suspend begins anew."""
    from scorm.packages.models import Package

    with write():
        db.session.execute(update(Package).values(switches={"lenient_resume": False}))
    db.session.expire_all()
    assert opened.attempt


HOSTILE = (
    "<script>window.__pwned=1</script>",
    '"><img src=x onerror=window.__pwned=1>',
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "@SUM(A1)",
    "\t=1",
    "{{7*7}}",
    "nul\x00half\ud83d",
    "\u202eright to left",
)


class TestHostileValues:
    @pytest.fixture
    def sent(self, app, people, course, play, content_client):
        """A course of 2004 whose SCO sends hostile texts wherever it may, through the run-time."""
        item = course(edition="2004")
        with app.app_context():
            launch = play(item, people["alice"], at=now())
            uuid = db.session.get(Launch, launch.launch_id).uuid
            secret = app.config["SETTINGS"].secret_key
        changes = {"cmi.learner_preference.language": HOSTILE[0], "cmi.location": HOSTILE[2], "cmi.suspend_data": "".join(HOSTILE) * 20}
        for n, text in enumerate(HOSTILE):
            said = {
                "id": text,
                "type": "fill-in",
                "description": text,
                "learner_response": text,
                "timestamp": text,
                "objectives.0.id": text,
            }
            changes |= {f"cmi.interactions.{n}.{name}": value for name, value in said.items()}
            changes |= {f"cmi.interactions.{n}.correct_responses.0.pattern": text, f"cmi.objectives.{n}.id": text}
            changes |= {f"cmi.objectives.{n}.description": text, f"cmi.comments_from_learner.{n}.comment": text}
            changes |= {f"cmi.comments_from_learner.{n}.location": text, text: text, f"cmi.interactions.{n}.weighting": text}
        posted = {"sco": "item1", "sequence": 5, "session": 5, "changes": changes}
        token = tokens.token_for(tokens.COMMIT, uuid, secret=secret)
        answer = content_client.post("/rt/commit", json=posted, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        return item

    def test_are_inert_on_every_page(self, app, sent, asked):
        uuid = attempt_of(app, "Alice")
        for name, path in [
            *(("dana", f"/attempts/{uuid}{more}") for more in ("", "/stored", "/journal", "/take-back?part=item1", "/take-back")),
            ("dana", f"/items/{sent}/attempts"),
            ("dana", f"/items/{sent}/questions"),
            ("alice", f"/attempts/{uuid}"),
        ]:
            answer = asked(name, path)
            assert answer.status_code == 200, answer.text
            assert "<script>window" not in answer.text
            assert "<img src=x" not in answer.text
            assert "{{7*7}}" in answer.text or "take-back" in path or "attempts" in path
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]

    def test_are_no_formulas_in_any_file(self, app, sent, asked):
        for path in (f"/items/{sent}/answers.csv", f"/items/{sent}/questions.csv", f"/attempts/{attempt_of(app, 'Alice')}/journal.csv"):
            for row in rows(asked("dana", path)):
                for value in row.values():
                    assert not value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")), value


def test_answers_are_said_as_people_say_them(sqlite_app):
    with sqlite_app.test_request_context():
        for response, kind, said in [
            ("a[,]c", "choice", "a, c"),
            ("b[,]a", "sequencing", "b → a"),
            ("1[.]x[,]2[.]y", "matching", "1 → x; 2 → y"),
            ("step[.]3[,][.]4", "performance", "step → 3; 4"),
            ("true", "true-false", "True"),
            ("maybe", "true-false", "maybe"),
            ("1[:]5", "numeric", "1 to 5"),
            ("[:]5", "numeric", "at most 5"),
            ("4[:]4", "numeric", "4"),
            ("{case_matters=true}{lang=en}Paris[,]Rome", "fill-in", "Paris, Rome"),
            ("3", "likert", "3"),
        ]:
            assert words.said(response, kind) == said


def test_how_a_question_separates_is_told_only_where_it_says_something():
    half = rules.Sums(n=20, right=10, score=10.0, squares=10.0, score_of_right=10.0)
    assert rules.separation(half) == pytest.approx(1.0)
    assert rules.separation(rules.Sums(n=20, right=10, score=10.0, squares=10.0, score_of_right=5.0)) == pytest.approx(0.0)
    assert rules.separation(rules.Sums(n=19, right=10, score=10.0, squares=10.0, score_of_right=10.0)) is None
    assert rules.separation(rules.Sums(n=20, right=20, score=10.0, squares=10.0, score_of_right=10.0)) is None
    assert rules.separation(rules.Sums(n=20, right=10, score=10.0, squares=5.0, score_of_right=5.0)) is None


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("package", ["xapi/basic_course.zip", "cmi5/multi_au_framed.zip"], ids=["xapi", "cmi5"])
def test_courses_that_speak_for_themselves_are_reported_by_their_units(app, people, packages_dir, play, asked, package):
    with app.app_context():
        with (packages_dir / "golf-and-parser" / package).open("rb") as stream:
            found = import_package(stream, name="golf.zip", owner_id=people["erin"].id, publish=True)
        assert found.accepted, found.report
        opened = play(found.item_uuid, people["alice"], at=now())
        titles = [entry.title for entry in course_of(opened.attempt.version.uuid).launchable]
    (row,) = rows(asked("dana", f"/items/{found.item_uuid}/attempts.csv"))
    assert (row["person"], row["status"]) in [("Alice", "not attempted"), ("Alice", "incomplete")]
    page = asked("dana", f"/attempts/{row['attempt_id']}")
    assert page.status_code == 200, page.text
    assert all(str(escape(title)) in page.text for title in titles)
    for path in ("/stored", "/journal", "/take-back"):
        assert asked("dana", f"/attempts/{row['attempt_id']}{path}").status_code == 200
    assert "No answers yet" in asked("dana", f"/items/{found.item_uuid}/questions").text
