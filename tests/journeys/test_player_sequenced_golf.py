"""Six golf courses whose titles say how they are sequenced, played in a browser with the player's own buttons."""

import pytest
from playwright.sync_api import Error as PlaywrightError
from support.courses import launch, player_frame, publish, wait_until

from core.db import db
from scorm.play.models import Attempt

pytestmark = pytest.mark.browser

LESSONS = ["Playing the Game", "Etiquette", "Handicapping", "Having Fun"]
CONTENT = dict(zip(LESSONS, ["playing", "etiquette", "handicapping", "havingfun"], strict=True))

# The course of the 4th edition takes jQuery from another site, for its window of notes alone.
JQUERY = "window.$ = () => ({ dialog() {}, val() {} })"


class Learner:
    """Somebody in front of a golf course."""

    def __init__(self, page, server):
        self.page, self.server = page, server
        page.on("dialog", lambda dialog: dialog.accept())

    def sco(self):
        """The frame of the part that plays, or None."""
        return next((frame for frame in self.page.frames if "launchpage.html" in frame.url), None)

    def plays(self) -> str:
        """``playing``, ``assessment1`` …; empty when nothing does."""
        frame = self.sco()
        return frame.url.rpartition("content=")[2] if frame else ""

    def arrives_at(self, content: str) -> None:
        """Wait until that part plays and has begun."""
        wait_until(self.page, lambda: self.plays() == content and self._ready())

    def has_a_test(self) -> bool:
        return self.plays().startswith("assessment") and self._ready()

    def _ready(self) -> bool:
        try:
            return self.sco().evaluate("() => document.readyState === 'complete' && currentPage !== null")
        except (PlaywrightError, AttributeError):
            return False

    def read(self) -> None:
        """Every page of the lesson to its last."""
        self.sco().evaluate("() => { while (currentPage < pageArray.length - 1) doNext() }")

    def answer(self, *, right: bool) -> None:
        """The test of this part, all right or all wrong, submitted."""
        wait_until(self.page, lambda: self._quiz() is not None)
        quiz = self._quiz()
        quiz.get_by_role("button", name="Submit Answers").wait_for()
        quiz.evaluate(
            """(right) => {
                for (const question of document.querySelectorAll(".question")) {
                    const text = question.querySelector("input[type=text]");
                    if (text) text.value = right ? test.Questions.find((q) => question.id === `question_${q.Id}`).CorrectAnswer : "1";
                    else question.querySelector(right ? ".correctAnswer input" : ".answer input").checked = true;
                }
            }""",
            right,
        )
        quiz.get_by_role("button", name="Submit Answers").click()

    def _quiz(self):
        return next((frame for frame in self.page.frames if "assessmenttemplate" in frame.url), None)

    def goes_on(self) -> None:
        self.settled()
        self.player.locator("#next").click()
        self.settled()

    @property
    def player(self):
        return player_frame(self.page)

    def settled(self) -> None:
        """Until the player has done what was asked of it, or has let go."""
        self.page.wait_for_timeout(100)
        wait_until(self.page, lambda: "/launches/" not in self.page.url or self._calm())

    def _calm(self) -> bool:
        try:
            return self.player.evaluate("() => document.getElementById('player').dataset.busy !== 'yes'")
        except (PlaywrightError, StopIteration):
            return False

    def lines(self) -> dict[str, bool]:
        """``{title: can be chosen}`` of what the contents show."""
        self.settled()
        return self.player.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("#toc [data-activity]")].filter((e) => !e.parentElement.hidden)
                .map((e) => [e.querySelector(".toc-title").textContent.trim(), e.tagName === "BUTTON" && !e.disabled]))"""
        )

    def chooses(self, title: str) -> None:
        self.settled()
        if not self.player.locator("#toc").is_visible():
            self.player.locator("#toc-button").click()
        self.player.locator("#toc button[data-activity]").filter(has_text=title).first.click()
        self.settled()

    def attempt(self) -> Attempt:
        with self.server.app.app_context():
            found = db.session.scalars(db.select(Attempt)).one()
            db.session.expunge(found)
            return found

    def stands(self, completion: str, success: str) -> bool:
        found = self.attempt()
        return (found.completion, found.success) == (completion, success)

    def reads_all_lessons(self) -> None:
        for title in LESSONS:
            self.arrives_at(CONTENT[title])
            self.read()
            self.goes_on()


@pytest.fixture
def learner(live_server, live_people, browse, packages_dir):
    """``learner("SequencingRandomTest_…")``: somebody who has opened that course."""

    def open_course(name: str) -> Learner:
        with open(packages_dir / "golf-and-parser" / "scorm2004" / f"{name}.zip", "rb") as stream:
            item = publish(live_server, stream, owner=live_people["erin"])
        somebody = Learner(browse(live_people["alice"]), live_server)
        jquery = {"body": JQUERY, "content_type": "text/javascript"}
        somebody.page.context.route("https://ajax.googleapis.com/**", lambda route: route.fulfill(**jquery))
        launch(somebody.page, item)
        somebody.page.wait_for_function("() => window.frames.length > 0")
        return somebody

    return open_course


def test_forced_sequential_opens_one_lesson_after_the_other(learner):
    alice = learner("SequencingForcedSequential_SCORM20043rdEdition")
    alice.arrives_at("playing")
    assert [alice.lines()[title] for title in LESSONS[1:]] == [False, False, False]
    alice.read()
    alice.goes_on()
    alice.arrives_at("etiquette")
    assert [alice.lines()[title] for title in LESSONS[1:]] == [True, False, False]
    alice.chooses("Playing the Game")  # what is done can be read again
    alice.arrives_at("playing")
    alice.goes_on()
    for title in LESSONS[1:]:
        alice.arrives_at(CONTENT[title])
        alice.read()
        alice.goes_on()
    alice.arrives_at("assessment")
    assert alice.stands("incomplete", "unknown")
    alice.answer(right=True)
    alice.sco().evaluate("() => doExit()")
    wait_until(alice.page, lambda: alice.attempt().success == "passed")


def test_post_test_roll_up_takes_the_test_alone(learner):
    alice = learner("SequencingPostTestRollup_SCORM20043rdEdition")
    alice.reads_all_lessons()
    alice.arrives_at("assessment")
    assert alice.attempt().success == "unknown", "reading alone passes nothing"
    alice.answer(right=True)
    alice.sco().evaluate("() => doExit()")
    wait_until(alice.page, lambda: alice.attempt().success == "passed")
    found = alice.attempt()
    assert found.completion == "completed"
    assert found.score_scaled == 1.0


def test_fourth_edition_adds_up_progress_shares_notes_and_lets_one_skip_to_the_test(learner):
    alice = learner("SequencingPostTestRollup4thEd_SCORM20044thEdition")
    alice.arrives_at("playing")
    assert alice.lines()["Etiquette"] is False
    assert "Quiz" not in alice.lines()
    alice.sco().evaluate("() => SaveNotesText('Bring tees')")
    alice.read()
    alice.goes_on()
    alice.arrives_at("etiquette")
    assert alice.sco().evaluate("() => GetNotesText()") == "Bring tees"
    wait_until(alice.page, lambda: alice.attempt().progress)
    assert alice.attempt().progress == pytest.approx(0.5 / 1.6), "weighed by the pages of each lesson"
    alice.sco().evaluate("() => doJumpToTest()")
    alice.arrives_at("assessment")
    assert alice.sco().evaluate("() => GetNotesText()") == "Bring tees"
    alice.answer(right=True)
    alice.sco().evaluate("() => doExit()")
    wait_until(alice.page, lambda: alice.attempt().success == "passed")


def test_pre_or_post_test_roll_up_lets_those_who_know_it_all_go(learner):
    alice = learner("SequencingPreOrPostTestRollup_SCORM20043rdEdition")
    wait_until(alice.page, alice.has_a_test)
    assert alice.lines()["Post Test"] is False
    alice.answer(right=True)
    alice.goes_on()
    wait_until(alice.page, lambda: alice.stands("completed", "passed"))
    assert alice.lines()["Post Test"] is False, "who passed the first test needs no other"


def test_pre_or_post_test_roll_up_counts_the_second_test_where_the_first_was_failed(learner):
    alice = learner("SequencingPreOrPostTestRollup_SCORM20043rdEdition")
    wait_until(alice.page, alice.has_a_test)
    alice.answer(right=False)
    alice.goes_on()
    assert alice.lines()["Post Test"] is False, "not before the lessons"
    alice.reads_all_lessons()
    wait_until(alice.page, alice.has_a_test)
    alice.answer(right=True)
    alice.sco().evaluate("() => doExit()")
    wait_until(alice.page, lambda: alice.stands("completed", "passed"))


def test_random_test_gives_another_test_to_those_who_fail(learner):
    alice = learner("SequencingRandomTest_SCORM20043rdEdition")
    alice.arrives_at("playing")
    assert alice.lines()["Post Test"] is False
    alice.reads_all_lessons()
    wait_until(alice.page, alice.has_a_test)
    alice.answer(right=False)
    alice.sco().evaluate("() => { window.failed = true }")
    alice.goes_on()
    wait_until(alice.page, lambda: alice.has_a_test() and not alice.sco().evaluate("() => window.failed"))
    alice.answer(right=True)
    alice.goes_on()
    wait_until(alice.page, lambda: alice.stands("completed", "passed"))
    assert alice.attempt().score_scaled == 1.0


def test_simple_remediation_leads_back_to_what_was_failed_alone(learner):
    alice = learner("SequencingSimpleRemediation_SCORM20043rdEdition")
    alice.reads_all_lessons()
    for number in (1, 2, 3, 4):
        alice.arrives_at(f"assessment{number}")
        alice.answer(right=number != 2)
        alice.goes_on()
    alice.arrives_at("etiquette")  # the lesson of the test that was failed
    alice.read()
    alice.goes_on()
    alice.arrives_at("assessment2")
    alice.answer(right=True)
    alice.goes_on()
    wait_until(alice.page, lambda: alice.stands("completed", "passed"))
