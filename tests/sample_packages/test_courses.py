"""The courses played in a real browser against a real API: what they save, how they resume, how they end."""

import json

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WELCOME = {"version": "1.2", "given": {"cmi.student_data.mastery_score": "80", "cmi.core.student_name": "Doe, Jane"}}


def state(sitting) -> dict:
    return json.loads(sitting.values["cmi.suspend_data"])


def answer_welcome(sitting, *, truly: bool = True) -> None:
    """Go through the five questions; the second one wrong unless `truly`."""
    frame = sitting.frame
    sitting.go_to("Question 1")
    for label in ("What you expected", "already tried", "trying to achieve"):
        frame.get_by_label(label).check()
    sitting.check()
    sitting.next()
    frame.locator(".slide:visible").get_by_label("False" if truly else "True").check()
    sitting.check()
    sitting.next()
    frame.get_by_label("One word is enough").fill("  Retrieval ")
    sitting.check()
    sitting.next()
    for name, value in (("a", "2"), ("b", "3"), ("c", "1")):
        frame.locator(f"select[name={name}]").select_option(value)
    sitting.check()
    sitting.next()
    frame.get_by_label("Move down: Ask whether it worked").click()
    frame.get_by_label("Move down: Ask whether it worked").click()
    frame.get_by_label("Move down: Ask whether it worked").click()
    frame.get_by_label("Move up: Suggest one step").click()
    frame.get_by_label("Move up: Ask whether it worked").click()
    sitting.check()
    sitting.next()


class TestWelcome:
    def test_passes_with_a_score_and_five_interactions(self, play):
        sitting = play("welcome", **WELCOME)
        answer_welcome(sitting)
        expect(sitting.frame.get_by_text("Passed. Well done.")).to_be_visible()
        sitting.next()
        expect(sitting.frame.get_by_role("heading", name="All saved")).to_be_visible()
        values = sitting.values
        assert values["cmi.core.lesson_status"] == "passed"
        assert values["cmi.core.score.raw"] == "100"
        assert values["cmi.core.exit"] == ""
        found = {values[f"cmi.interactions.{n}.id"]: values[f"cmi.interactions.{n}.student_response"] for n in range(5)}
        assert found == {
            "good-question": "a,c,d", "reported-errors": "f", "retrieval": "Retrieval",
            "what-helps": "a.2,b.3,c.1", "order-of-answering": "b,d,a,c",
        }  # fmt: skip
        assert {values[f"cmi.interactions.{n}.result"] for n in range(5)} == {"correct"}
        assert sitting.calls[-1][0] == "LMSFinish"
        assert sitting.refused == []

    def test_one_wrong_answer_is_eighty_per_cent(self, play):
        sitting = play("welcome", **WELCOME)
        answer_welcome(sitting, truly=False)
        expect(sitting.frame.get_by_text("4 of 5 right").first).to_be_visible()
        assert sitting.values["cmi.core.score.raw"] == "80"
        assert sitting.values["cmi.core.lesson_status"] == "passed"
        assert sitting.values["cmi.interactions.1.result"] == "wrong"

    def test_below_the_hosts_mark_it_fails_and_may_be_tried_again(self, play):
        sitting = play("welcome", version="1.2", given={"cmi.student_data.mastery_score": "100"})
        answer_welcome(sitting, truly=False)
        assert sitting.values["cmi.core.lesson_status"] == "failed"
        sitting.frame.get_by_role("button", name="Try again").click()
        answer_welcome(sitting)
        assert sitting.values["cmi.core.lesson_status"] == "passed"
        assert sitting.values["cmi.interactions.9.id"] == "order-of-answering"
        assert sitting.refused == []

    def test_saves_place_and_notes_when_the_tab_is_closed(self, play):
        sitting = play("welcome", **WELCOME)
        sitting.go_to("Explain it to me")
        sitting.frame.get_by_label("How does the slider").fill("It presses the teeth together.")
        sitting.frame.get_by_role("button", name="Next").click()
        sitting.close()
        values = sitting.values
        assert values["cmi.core.lesson_location"] == "5"
        assert values["cmi.core.lesson_status"] == "incomplete"
        assert values["cmi.core.exit"] == "suspend"
        assert values["cmi.core.session_time"].startswith("00:00:")
        assert state(sitting)["notes"] == {"zip": "It presses the teeth together."}
        assert [call[0] for call in sitting.calls].count("LMSFinish") == 1
        assert sitting.refused == []

    def test_resumes_at_the_bookmark_with_what_was_written(self, play):
        first = play("welcome", **WELCOME)
        first.go_to("Explain it to me")
        first.frame.get_by_label("How does the slider").fill("Teeth.")
        first.go_to("Question 2")
        first.frame.locator(".slide:visible").get_by_label("False").check()
        first.check()
        first.close()
        kept = {name: value for name, value in first.values.items() if "session_time" not in name and "exit" not in name}
        second = play("welcome", version="1.2", given={**WELCOME["given"], **kept, "cmi.core.entry": "resume"})
        expect(second.frame.get_by_role("heading", name="A team that reports more")).to_be_visible()
        expect(second.frame.locator(".slide:visible .verdict.right")).to_be_visible()
        second.go_to("Explain it to me")
        expect(second.frame.get_by_label("How does the slider")).to_have_value("Teeth.")
        assert second.refused == []

    def test_in_review_nothing_is_written(self, play):
        sitting = play("welcome", version="1.2", given={"cmi.core.lesson_mode": "review"})
        expect(sitting.frame.get_by_text("You are looking back")).to_be_visible()
        sitting.go_to("Two Mondays")
        sitting.close()
        assert sitting.values == {}

    def test_reads_without_a_host(self, host_url, page):
        page.goto(f"{host_url}/welcome/index.html")
        expect(page.get_by_text("nothing you do here will be saved")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", name="Two Mondays")).to_be_focused()


class TestFireSafety:
    @pytest.mark.parametrize("chapter", ["prevention", "alarm", "evacuation"])
    def test_a_chapter_completes_by_reading_and_asks_for_the_next(self, play, chapter):
        sitting = play("fire-safety", f"{chapter}.html", version="2004")
        assert sitting.values["cmi.completion_status"] == "incomplete"
        sitting.next()
        assert float(sitting.values["cmi.progress_measure"]) == pytest.approx(2 / 3, abs=1e-3)
        sitting.next()
        sitting.frame.get_by_role("button", name="Next chapter").click()
        expect(sitting.frame.get_by_role("heading", name="All saved")).to_be_visible()
        values = sitting.values
        assert values["cmi.completion_status"] == "completed"
        assert values["cmi.progress_measure"] == "1"
        assert values["cmi.objectives.0.id"] == f"obj-{chapter}"
        assert values["cmi.objectives.0.completion_status"] == "completed"
        assert values["adl.nav.request"] == "continue"
        assert values["cmi.exit"] == "normal"
        assert values["cmi.session_time"].startswith("PT")
        assert sitting.refused == []

    def test_the_quiz_passes_with_scaled_score_and_objective(self, play):
        sitting = play("fire-safety", "quiz.html", version="2004", given={"cmi.scaled_passing_score": "0.8"})
        frame = sitting.frame
        sitting.next()
        frame.get_by_label("Shout and press").check()
        sitting.check()
        sitting.next()
        frame.get_by_label("Write the number").fill("112")
        sitting.check()
        sitting.next()
        for name, value in (("a", "2"), ("b", "3"), ("c", "1")):
            frame.locator(f"select[name={name}]").select_option(value)
        sitting.check()
        sitting.next()
        frame.get_by_label("Move up: Stand up").click()
        frame.get_by_label("Move up: Stand up").click()
        frame.get_by_label("Move down: Say that").click()
        sitting.check()
        sitting.next()
        frame.locator(".slide:visible").get_by_label("True").check()
        sitting.check()
        sitting.next()
        values = sitting.values
        assert values["cmi.success_status"] == "passed"
        assert values["cmi.completion_status"] == "completed"
        assert values["cmi.score.scaled"] == "0.8"
        assert values["cmi.objectives.0.success_status"] == "passed"
        assert values["cmi.objectives.0.score.scaled"] == "0.8"
        responses = [values[f"cmi.interactions.{n}.learner_response"] for n in range(5)]
        assert responses == ["c", "112", "a[.]2[,]b[.]3[,]c[.]1", "c[,]a[,]d[,]b", "true"]
        assert [values[f"cmi.interactions.{n}.result"] for n in range(5)] == ["correct"] * 4 + ["incorrect"]
        assert sitting.refused == []


class TestAccueil:
    def test_is_completed_by_reading_and_answering_without_a_mark(self, play):
        sitting = play("accueil", version="1.2")
        for _ in range(7):
            sitting.next()
        sitting.frame.get_by_label("Une collègue volontaire").check()
        sitting.check()
        sitting.next()
        sitting.frame.locator(".slide:visible").get_by_label("Vrai").check()
        sitting.check()
        sitting.next()
        for name, value in (("a", "1"), ("b", "1"), ("c", "2")):
            sitting.frame.locator(f"select[name={name}]").select_option(value)
        sitting.check()
        sitting.next()
        sitting.check()
        assert sitting.values["cmi.core.lesson_status"] == "incomplete"
        sitting.next()
        expect(sitting.frame.get_by_text("2 bonnes réponses sur 4").first).to_be_visible()
        assert sitting.values["cmi.core.lesson_status"] == "completed"
        assert sitting.values["cmi.core.score.raw"] == "50"
        assert sitting.refused == []
