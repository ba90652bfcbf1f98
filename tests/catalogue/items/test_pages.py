"""The page of an item and its edit form, as a browser without scripts sees them."""

import io

import pytest
from PIL import Image

from catalogue.items import sweep
from core.storage import storage

FORM = {"title": "New title", "description": "", "language": "", "theme": "", "duration_minutes": "", "visibility": "published"}


@pytest.fixture
def erin(app, people, sign_in):
    return sign_in(app.test_client(), people["erin"])


@pytest.fixture
def alice(app, people, sign_in):
    return sign_in(app.test_client(), people["alice"])


def png(size=(300, 200), mode="RGB", kind="PNG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    out.seek(0)
    return out


class TestItemPage:
    def test_it_says_what_the_item_is(self, alice, make_item):
        uuid = make_item(
            "Sécurité", description="Say **what**. <script>alert(1)</script>", language="fr", duration_minutes=75, theme="Safety / Fire"
        )
        page = alice.get(f"/items/{uuid}").text
        for expected in (
            "Sécurité",
            "<strong>what</strong>",
            "1 h 15 min",
            "French",
            "Safety / Fire",
            "Erin",
            "Launch",
            "You have not started",
        ):
            assert expected in page
        assert "<script>alert" not in page
        assert f"/items/{uuid}/edit" not in page

    def test_unknown_and_malformed_addresses_are_not_found(self, alice):
        for path in ("/items/00000000-0000-0000-0000-000000000000", "/items/1", "/items/x'--", "/covers/1.svg"):
            assert alice.get(path).status_code == 404

    def test_the_cover_is_an_image_that_may_run_nothing(self, alice, make_item):
        answer = alice.get(f"/covers/{make_item()}.svg")
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
        again = alice.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


class TestEdit:
    def test_an_author_changes_everything(self, app, erin, csrf, make_item, load, night_shift):
        uuid = make_item("Old")
        values = FORM | {
            "description": "About",
            "language": "fr",
            "theme": "A / B",
            "duration_minutes": "12",
            "visibility": "groups",
            "groups": [night_shift],
        }
        assert erin.post(f"/items/{uuid}/edit", data=values, headers=csrf(erin)).status_code == 303
        with app.app_context():
            item = load(uuid)
            assert (item.title, item.description, item.language, item.duration_minutes, item.visibility) == (
                "New title",
                "About",
                "fr",
                12,
                "groups",
            )
        page = erin.get(f"/items/{uuid}/edit").text
        assert 'value="A / B"' in page
        assert f'value="{night_shift}" checked' in page

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"title": " "}, "Give it a title"),
            ({"duration_minutes": "ten"}, "whole number"),
            ({"duration_minutes": "0"}, "from 1 to"),
            ({"language": "x"}, "not a language code"),
            ({"visibility": "groups"}, "at least one group"),
            ({"visibility": "everyone"}, "Choose one of"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field_and_kept(self, app, erin, csrf, make_item, load, values, words):
        uuid = make_item("Old")
        answer = erin.post(f"/items/{uuid}/edit", data=FORM | {"description": "Kept text"} | values, headers=csrf(erin))
        assert answer.status_code == 422
        assert words in answer.text
        assert "Kept text" in answer.text
        with app.app_context():
            assert load(uuid).title == "Old"

    def test_others_may_not(self, app, people, sign_in, csrf, make_item, alice):
        uuid, draft = make_item(), make_item(visibility="draft")
        dana = sign_in(app.test_client(), people["dana"])
        for client in (alice, dana):
            assert client.get(f"/items/{uuid}/edit").status_code == 403
            assert client.post(f"/items/{uuid}/edit", data=FORM, headers=csrf(client)).status_code == 403
            assert client.post(f"/items/{uuid}/visibility", data={"visibility": "draft"}, headers=csrf(client)).status_code == 403
            assert client.get(f"/items/{draft}/edit").status_code in (403, 404)

    def test_an_author_of_other_items_may_not(self, app, erin, csrf, make_item, load):
        uuid = make_item("Hers", owner="ada")
        assert erin.get(f"/items/{uuid}/edit").status_code == 403
        assert erin.post(f"/items/{uuid}/edit", data=FORM, headers=csrf(erin)).status_code == 403
        assert erin.post(f"/items/{uuid}/visibility", data={"visibility": "draft"}, headers=csrf(erin)).status_code == 403
        assert erin.patch(f"/api/v1/items/{uuid}", json={"title": "Mine"}, headers=csrf(erin)).status_code == 403
        with app.app_context():
            assert (load(uuid).title, load(uuid).visibility) == ("Hers", "published")

    def test_publishing_and_hiding_by_one_button(self, app, erin, alice, csrf, make_item):
        uuid = make_item(visibility="draft")
        assert alice.get(f"/items/{uuid}").status_code == 404
        erin.post(f"/items/{uuid}/visibility", data={"visibility": "published"}, headers=csrf(erin))
        assert alice.get(f"/items/{uuid}").status_code == 200
        erin.post(f"/items/{uuid}/visibility", data={"visibility": "draft"}, headers=csrf(erin))
        assert alice.get(f"/items/{uuid}").status_code == 404

    def test_undo_puts_it_back_as_it_was(self, app, erin, csrf, make_item, load, night_shift):
        uuid = make_item(visibility="groups", groups=[night_shift])
        page = erin.post(f"/items/{uuid}/visibility", data={"visibility": "draft"}, headers=csrf(erin), follow_redirects=True).text
        undo = f"/items/{uuid}/visibility?visibility=groups"
        assert f'action="{undo}"' in page
        erin.post(undo, headers=csrf(erin))
        with app.app_context():
            assert load(uuid).visibility == "groups"

    def test_an_unknown_visibility_changes_nothing(self, app, erin, csrf, make_item, load):
        uuid = make_item()
        assert erin.post(f"/items/{uuid}/visibility", data={"visibility": "everyone"}, headers=csrf(erin)).status_code == 422
        with app.app_context():
            assert load(uuid).visibility == "published"


class TestPicture:
    def send(self, erin, csrf, uuid, stream, name="a.png"):
        return erin.post(
            f"/items/{uuid}/edit", data=FORM | {"image": (stream, name)}, headers=csrf(erin), content_type="multipart/form-data"
        )

    @pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("P", "GIF"), ("L", "JPEG"), ("RGB", "WEBP")])
    def test_it_is_written_anew(self, app, erin, alice, csrf, make_item, mode, kind):
        uuid = make_item()
        assert self.send(erin, csrf, uuid, png(mode=mode, kind=kind)).status_code == 303
        answer = alice.get(f"/items/{uuid}/image")
        assert answer.mimetype == "image/webp"
        with Image.open(io.BytesIO(answer.data)) as image:
            assert image.size == (1280, 800)
            assert not image.getexif()

    def test_a_new_one_takes_the_place_of_the_old(self, app, erin, csrf, make_item):
        uuid = make_item()
        for _again in range(2):
            self.send(erin, csrf, uuid, png())
        with app.app_context():
            assert len(storage().keys("images/")) == 1
        erin.post(f"/items/{uuid}/edit", data=FORM | {"remove_image": "1"}, headers=csrf(erin))
        with app.app_context():
            assert storage().keys("images/") == []
        assert erin.get(f"/items/{uuid}/image").location == f"/covers/{uuid}.svg"

    @pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a<script>", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
    def test_what_is_no_picture(self, app, erin, csrf, make_item, load, content):
        uuid = make_item("Old")
        answer = self.send(erin, csrf, uuid, io.BytesIO(content))
        assert (answer.status_code, "not a picture" in answer.text) == (422, True)
        with app.app_context():
            assert (load(uuid).title, storage().keys("images/")) == ("Old", [])

    def test_a_flood_of_pixels_is_refused_before_it_is_decoded(self, erin, csrf, make_item):
        answer = self.send(erin, csrf, make_item(), png(size=(30_000, 3_000), mode="1"))
        assert (answer.status_code, "too many pixels" in answer.text) == (413, True)

    def test_a_refused_form_leaves_no_picture_behind(self, app, erin, csrf, make_item):
        uuid = make_item()
        data = FORM | {"title": "", "image": (png(), "a.png")}
        assert erin.post(f"/items/{uuid}/edit", data=data, headers=csrf(erin), content_type="multipart/form-data").status_code == 422
        with app.app_context():
            assert storage().keys("images/") == []

    def test_without_an_item_is_swept_up_after_a_day_and_one_that_is_lost_is_drawn_again(self, app, erin, csrf, make_item, load):
        uuid = make_item()
        self.send(erin, csrf, uuid, png())
        with app.app_context():
            storage().put("images/orphan.webp", io.BytesIO(b"x"))
            assert sweep.sweep() == []
            assert sweep.sweep(-sweep.AGE) == ["images/orphan.webp"]
            storage().delete(load(uuid).image_key)
        answer = erin.get(f"/items/{uuid}/image")
        assert (answer.status_code, answer.location) == (302, f"/covers/{uuid}.svg")


class TestHome:
    def test_an_empty_home_says_what_comes(self, alice, erin):
        assert "As soon as an author publishes" in alice.get("/").text
        assert "/videos/new" in erin.get("/").text

    def test_what_was_begun_comes_first(self, alice, csrf, make_item):
        begun = make_item("Begun")
        make_item("Other")
        alice.post(f"/items/{begun}/launch", headers=csrf(alice))
        page = alice.get("/").text
        assert page.index("Continue") < page.index("Begun") < page.index("Popular")
        assert f'action="/items/{begun}/launch"' in page

    def test_what_was_hidden_since_is_not_there_to_continue(self, app, alice, csrf, make_item, load):
        from catalogue.items import service
        from core.db import write

        uuid = make_item("Begun and hidden")
        alice.post(f"/items/{uuid}/launch", headers=csrf(alice))
        with app.app_context(), write():
            service.hide(item=load(uuid))
        assert "Begun and hidden" not in alice.get("/").text

    def test_drafts_of_one_s_own_are_not_news(self, erin, make_item):
        make_item("Unfinished business", visibility="draft")
        assert "Unfinished business" not in erin.get("/").text
