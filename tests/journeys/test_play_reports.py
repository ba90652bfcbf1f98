"""A learner plays a real course; the trainer reads the answers question by question, and takes the attempt back."""

import pytest
from playwright.sync_api import expect
from support.courses import launch, publish, states, wait_until

pytestmark = pytest.mark.browser

GOLF = "golf-and-parser/scorm2004/RunTimeAdvancedCalls_SCORM20043rdEdition.zip"
MARK_THE_FIRST = """() => {
    const seen = new Set();
    for (const input of document.querySelectorAll("input")) {
        if (input.type === "radio" && !seen.has(input.name)) { input.checked = true; seen.add(input.name); }
        if (input.type === "text") input.value = "18";
    }
}"""


def play_golf(page, item):
    """To the quiz, and the first answer of each question; answers the frame of the course."""
    page.on("dialog", lambda dialog: dialog.accept())
    course = launch(page, item)
    quiz = course.frame_locator("#contentFrame")
    for _ in range(16):
        if quiz.get_by_role("button", name="Submit Answers").count():
            break
        course.locator("#butNext").click()
        page.wait_for_timeout(150)
    quiz.get_by_role("button", name="Submit Answers").wait_for()
    next(frame for frame in page.frames if "assessmenttemplate" in frame.url).evaluate(MARK_THE_FIRST)
    quiz.get_by_role("button", name="Submit Answers").click()
    return course


def test_a_trainer_reads_what_a_learner_answered_and_takes_the_attempt_back(live_server, live_people, browse, packages_dir):
    with open(packages_dir / GOLF, "rb") as stream:
        item = publish(live_server, stream, owner=live_people["erin"])
    learner = browse(live_people["alice"])
    play_golf(learner, item)
    wait_until(learner, lambda: any("cmi.interactions.0.result" in state.cmi for state in states(live_server)))

    trainer = browse(live_people["dana"])
    trainer.goto(f"/items/{item}")
    trainer.get_by_role("link", name="Reports").click()
    trainer.get_by_role("link", name="Attempt 1 of Alice").click()
    answers = trainer.get_by_role("region", name="Answers")
    expect(answers).to_contain_text("True or false")
    expect(answers).to_contain_text("Correct")
    expect(answers).to_contain_text("18")
    trainer.get_by_role("link", name="Attempts", exact=True).first.click()
    trainer.get_by_role("link", name="Questions").click()
    expect(trainer.locator(".play-question").first).to_contain_text("Answered")

    trainer.go_back()
    trainer.get_by_role("link", name="Attempt 1 of Alice").click()
    trainer.get_by_role("link", name="Take this attempt back").click()
    trainer.get_by_label("Why").fill("A rehearsal")
    trainer.get_by_role("button", name="Take the attempt back").click()
    expect(trainer.get_by_text("The attempt is taken back.")).to_be_visible()
    expect(trainer.get_by_text("No attempts yet")).to_be_visible()
    learner.frame_locator("#player").frame_locator(".player-frame").locator("#butPrevious").click()
    expect(learner.locator("#saved")).to_contain_text("the attempt was taken back", timeout=20_000)
