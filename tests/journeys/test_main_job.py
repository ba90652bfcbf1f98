"""The main job, one browser after the other: an author uploads, a learner plays and talks, an analyst reads, a trainer sees."""

import json
import re

import pytest
import urllib3
from playwright.sync_api import expect
from support.courses import course_of, wait_until

pytestmark = pytest.mark.browser

GOLF = "golf-and-parser/scorm12/RuntimeBasicCalls_SCORM12.zip"
GOLF_2004 = "golf-and-parser/scorm2004/RuntimeBasicCalls_SCORM20043rdEdition.zip"
TITLE = "Golf Explained - Run-time Basic Calls"  # of both
RIGHT_ANSWERS = """() => {
    for (const radio of document.querySelectorAll(".correctAnswer input[type=radio]")) radio.checked = true;
    for (const question of test.Questions.filter(q => q.Type === "numeric"))
        document.getElementById(`question_${question.Id}_Text`).value = question.CorrectAnswer;
}"""


@pytest.fixture
def analyst(live_server):
    """``read("/xapi/statements?…")`` with nothing but a key."""
    from core.db import write
    from lrs.credentials import service

    with live_server.app.app_context(), write():
        issued = service.create(name="analyst", scopes=("statements/read",))
    headers = urllib3.make_headers(basic_auth=":".join(issued[:2])) | {"X-Experience-API-Version": "1.0.3"}

    def read(query: str) -> list[dict]:
        found, path = [], f"/xapi/statements?{query}"
        while path:
            answer = urllib3.request("GET", live_server.url + path, headers=headers)
            assert answer.status == 200, answer.data
            page = json.loads(answer.data)
            found += page["statements"]
            path = page.get("more")
        return found

    return read


def upload(page, files) -> None:
    """Choose the files on the upload page, wait for each report, publish each."""
    page.goto("/upload")
    page.get_by_label("Choose one or more .zip files").set_input_files([str(f) for f in files])
    if (button := page.get_by_role("button", name="Upload", exact=True)).is_visible():
        button.click()
    expect(page.locator(".upload", has_text="Imported")).to_have_count(len(files))


def catalogue(page, sort: str = "popular") -> list[str]:
    """The addresses of the items in the order of the catalogue."""
    page.goto(f"/catalogue?sort={sort}")
    expect(page.get_by_role("link", name=TITLE).first).to_be_visible()
    return page.get_by_role("link", name=TITLE).evaluate_all("links => [...new Set(links.map(a => a.href))]")


def play_to_the_end(page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name=re.compile("Launch|Resume")).first.click()
    page.wait_for_url("**/launches/*")
    course = course_of(page)
    for _ in range(14):
        course.locator("#butNext").click()
    quiz = course.frame_locator("#contentFrame")
    quiz.get_by_role("button", name="Submit Answers").wait_for()
    next(f for f in page.frames if "assessmenttemplate" in f.url).evaluate(RIGHT_ANSWERS)
    quiz.get_by_role("button", name="Submit Answers").click()
    expect(quiz.locator("body")).to_contain_text("Score: 100")
    course.locator("#butExit").click()
    end = page.frame_locator("#player").get_by_role("heading", name="You have reached the end")
    wait_until(page, lambda: "/items/" in page.url or end.is_visible())  # the 2004 course asks to leave, the other one stays


def test_upload_play_read_talk_rise(live_server, live_imports, live_people, packages_dir, browse, analyst):
    erin = browse(live_people["erin"])
    upload(erin, [packages_dir / GOLF, packages_dir / GOLF_2004])
    for address in erin.locator(".upload").get_by_role("link", name=re.compile("^Open ")).evaluate_all("links => links.map(a => a.href)"):
        erin.goto(address)
        erin.get_by_role("button", name="Publish").click()
        expect(erin.get_by_role("button", name="Hide")).to_be_visible()

    alice = browse(live_people["alice"], width=360, height=740)
    before = catalogue(alice)
    assert len(before) == 2
    last = before[-1]
    alice.goto(last)
    play_to_the_end(alice)
    alice.goto(last)
    expect(alice.get_by_role("region", name="My progress")).to_contain_text("100")

    alice.get_by_role("button", name="Like").first.click()
    expect(alice.get_by_role("main").locator("[aria-pressed=true]").first).to_be_visible()
    alice.get_by_label("Ask or comment").fill("Why does a **birdie** count as one under par?")
    alice.get_by_role("button", name="Post", exact=True).click()
    alice.get_by_role("link", name="Why does a birdie count as one under par?").click()
    expect(alice.locator("strong", has_text="birdie")).to_be_visible()
    assert catalogue(alice) == [last, before[0]], "what people value rises"

    verbs = {s["verb"]["id"].rpartition("/")[2] for s in analyst("limit=50")}
    assert {"published", "launched", "initialized", "passed", "completed", "terminated", "liked", "commented"} <= verbs
    passed = analyst("verb=http://adlnet.gov/expapi/verbs/passed")
    assert any(s["result"]["score"]["scaled"] == 1 for s in passed if s["actor"]["account"]["name"] == live_people["alice"].uuid)

    dana = browse(live_people["dana"])
    dana.goto("/results")
    row = dana.get_by_role("row").filter(has_text="Alice")
    expect(row).to_contain_text("100")
    expect(dana.get_by_role("main")).not_to_contain_text("Charlie")


def test_the_same_in_french_on_a_phone(live_server, live_people, packages_dir, browse):
    """Nothing on the way is left in English."""
    from support.courses import publish

    with (packages_dir / GOLF).open("rb") as stream:
        item = publish(live_server, stream, owner=live_people["erin"])
    bob = browse(live_people["bob"], width=360, height=740)
    bob.goto("/")
    bob.get_by_role("button", name="Français").click()
    bob.goto(f"/items/{item}")
    expect(bob.locator("html")).to_have_attribute("lang", "fr")
    bob.get_by_label("Poser une question ou commenter").or_(bob.locator("textarea[name=body]")).first.fill("Merci, très clair !")
    bob.locator("form button", has_text=re.compile("Publier|Envoyer")).first.click()
    expect(bob.get_by_text("Merci, très clair !").first).to_be_visible()
    english = re.compile(r"\b(Launch|Discussion board|My progress|Like|Post|started|finished|Be the first|Saved)\b")
    assert not english.search(bob.get_by_role("main").inner_text().replace("Run-time Basic Calls", ""))
    bob.get_by_role("button", name=re.compile("Lancer|Démarrer|Commencer")).first.click()
    bob.wait_for_url("**/launches/*")
    expect(bob.locator("body")).to_contain_text(re.compile("Enregistré"))
