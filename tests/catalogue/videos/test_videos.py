"""Adding a video from outside and watching it, against a provider of our own."""

import dataclasses
import io
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
from PIL import Image
from sqlalchemy import select

from catalogue.items.models import Item
from catalogue.videos import metadata, queries, rules
from core.db import db
from core.fetch import Guard
from core.storage import storage
from lrs.statements.models import Statement


def picture(size=(640, 360), kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


class Site(BaseHTTPRequestHandler):
    def log_message(self, *_args):
        pass

    def do_GET(self):
        self.server.seen.append(self.path)
        status, kind, body = self.server.pages.get(self.path.partition("?")[0], (404, "text/plain", b""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def site():
    """A web site on this machine; ``site.pages`` maps paths to (status, type, body)."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.seen, server.base, server.host = [], f"http://127.0.0.1:{server.server_port}", f"127.0.0.1:{server.server_port}"
    page = """<html lang="fr"><head><title>Plain</title><meta property="og:title" content="Gestes &amp; postures">
        <meta property="og:description" content="Bien porter."><meta property="og:image" content="/picture.png">
        <meta property="og:video:duration" content="150"></head></html>"""
    server.pages = {"/talk": (200, "text/html; charset=utf-8", page.encode()), "/picture.png": (200, "image/png", picture())}
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def author(app, client, people, sign_in, site, monkeypatch):
    """erin, on a server that may reach the site."""
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], fetch_allow=site.host))
    return sign_in(client, people["erin"])


@pytest.fixture
def send(author, csrf):
    """``send(path, **form)`` as erin, with the token of her pages."""

    def post(path, **form):
        return author.post(path, data=form, headers=csrf(author))

    return post


def uuid_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location.rsplit("/", 1)[1]


def verbs() -> list[str]:
    return [
        orjson.loads(row)["verb"]["id"].rsplit("/", 1)[1] for row in db.session.scalars(select(Statement.payload).order_by(Statement.seq))
    ]


class TestAdd:
    def test_a_page_gives_its_title_text_picture_and_length(self, app, send, site, load):
        uuid = uuid_of(send("/videos/new", url=site.base + "/talk", theme="Safety", visibility="published"))
        with app.app_context():
            item = load(uuid)
            assert (item.title, item.description, item.duration_minutes, item.language) == ("Gestes & postures", "Bien porter.", 2, "fr")
            assert item.visibility == "published"
            with storage().open(item.image_key) as kept, Image.open(kept) as image:
                assert (image.format, image.size) == ("WEBP", (1280, 800))

    def test_a_typed_title_wins_and_is_enough_when_the_page_is_silent(self, app, send, site, load):
        uuid = uuid_of(send("/videos/new", url=site.base + "/missing", title="My own words"))
        with app.app_context():
            item = load(uuid)
            assert (item.title, item.image_key, item.visibility) == ("My own words", None, "draft")

    def test_a_silent_page_without_a_title_is_explained(self, app, send, site):
        answer = send("/videos/new", url=site.base + "/missing")
        assert answer.status_code == 422
        assert "Type one here" in answer.text
        assert f'value="{site.base}/missing"' in answer.text
        with app.app_context():
            assert db.session.scalars(select(Item)).all() == []

    @pytest.mark.parametrize("url", ["", "javascript:alert(1)", "ftp://example.org/x", "words only"])
    def test_no_address_is_explained(self, send, url):
        answer = send("/videos/new", url=url, title="T")
        assert (answer.status_code, "https://" in answer.text) == (422, True)

    def test_an_internal_address_is_neither_fetched_nor_told_apart(self, app, send, site, monkeypatch):
        inside = send("/videos/new", url="http://127.0.0.1:1/secret")
        monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], fetch_allow=""))
        canary = send("/videos/new", url=site.base + "/talk")
        assert site.seen == []
        errors = [re.findall(r"invalid-feedback.*?</div>", answer.text, re.DOTALL) for answer in (inside, canary)]
        assert errors[0]
        assert errors[0] == errors[1]

    def test_a_picture_that_is_none_costs_only_the_picture(self, app, send, site, load):
        site.pages["/picture.png"] = (200, "image/png", b"<script>")
        uuid = uuid_of(send("/videos/new", url=site.base + "/talk"))
        with app.app_context():
            assert load(uuid).image_key is None
            assert storage().keys("images/") == []

    def test_learners_cannot(self, app, people, sign_in):
        client = sign_in(app.test_client(), people["alice"])
        assert client.get("/videos/new").status_code == 403


class TestMetadata:
    def ask(self, site, body: bytes, kind="application/json"):
        site.pages["/oembed"] = (200, kind, body)
        provider = dataclasses.replace(rules.provider("youtube"), oembed=site.base + "/oembed")
        return metadata.look_up(
            rules.Address("https://youtu.be/dQw4w9WgXcQ", provider, "dQw4w9WgXcQ"), through=Guard(allow=frozenset({site.host}))
        )

    def test_oembed(self, site):
        told = self.ask(
            site, json.dumps({"title": " A  talk ", "author_name": "Ana", "thumbnail_url": "http://i/1.jpg", "html": "<script>"}).encode()
        )
        assert (told.title, told.author, told.image_url) == ("A talk", "Ana", "http://i/1.jpg")
        assert "url=https%3A%2F%2Fyoutu.be%2FdQw4w9WgXcQ" in site.seen[0]

    @pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"\xff"])
    def test_an_answer_that_is_none(self, site, body):
        with pytest.raises(metadata.FetchError):
            self.ask(site, body)

    @pytest.mark.parametrize(
        "told",
        [{"title": 7, "duration": "long"}, {"title": None, "thumbnail_url": []}, {"duration": -1}, {"duration": True, "author_name": {}}],
    )
    def test_members_of_the_wrong_kind_are_left_out(self, site, told):
        found = self.ask(site, json.dumps(told).encode())
        assert (found.title, found.image_url, found.author) == ("", "", "")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<",
            b"\x00" * 50,
            b"<html></html>",
            b"<title> </title>",
            b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><title></title>",
        ],
    )
    def test_a_page_without_a_title_tells_nothing(self, body):
        with pytest.raises(metadata.FetchError):
            metadata.open_graph(body, None, "http://example.org/")

    def test_charsets(self):
        assert metadata.open_graph("<title>Été</title>".encode("latin-1"), "iso-8859-1", "http://x/").title == "Été"
        assert metadata.open_graph("<title>Été</title>".encode(), "no-such-charset", "http://x/").title != ""


class TestWatch:
    @pytest.fixture
    def video(self, app, people):
        from catalogue.videos import service
        from core.db import write

        with app.app_context(), write():
            return service.add(
                address=rules.read("https://youtu.be/dQw4w9WgXcQ"),
                told=metadata.Metadata(title="Talk"),
                owner_id=people["erin"].id,
                visibility="published",
            ).uuid

    @pytest.fixture
    def learner(self, app, people, sign_in):
        return sign_in(app.test_client(), people["alice"])

    def test_nothing_of_the_provider_is_on_the_page_before_the_click(self, learner, video):
        page = learner.get(f"/items/{video}")
        assert "youtube" not in page.text.lower()
        assert "youtube" not in page.headers["Content-Security-Policy"]
        assert learner.get(f"/items/{video}/watch").location == f"/items/{video}"

    def test_opening_and_watching_are_statements_and_progress(self, app, learner, csrf, video):
        opened = learner.post(f"/items/{video}/launch", headers=csrf(learner))
        assert (opened.status_code, opened.location) == (303, f"/items/{video}/watch")
        page = learner.get(opened.location)
        assert 'src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"' in page.text
        assert "https://www.youtube-nocookie.com" in page.headers["Content-Security-Policy"]
        assert "In progress" in learner.get(f"/items/{video}").text
        for _twice in range(2):
            assert learner.post(f"/items/{video}/watched", headers=csrf(learner)).status_code == 303
        assert "Completed" in learner.get(f"/items/{video}").text
        with app.app_context():
            assert verbs() == ["published", "launched", "completed"]
            last = orjson.loads(db.session.scalars(select(Statement.payload).order_by(Statement.seq.desc())).first())
            assert last["result"] == {"completion": True, "extensions": {"http://localhost/id/extension/self-declared": True}}

    @pytest.mark.parametrize("mode", ["browse", "review"])
    def test_looking_leaves_no_trace(self, app, learner, csrf, video, mode):
        learner.post(f"/items/{video}/launch", data={"mode": mode}, headers=csrf(learner))
        with app.app_context():
            assert verbs() == ["published"]

    def test_nobody_watches_what_they_cannot_see(self, app, people, learner, csrf, video, load):
        from catalogue.items import service
        from core.db import write

        with app.app_context(), write():
            service.hide(item=load(video))
        for path in ("launch", "watched"):
            assert learner.post(f"/items/{video}/{path}", headers=csrf(learner)).status_code == 404
        assert learner.get(f"/items/{video}/watch").status_code == 404

    def test_an_item_of_another_kind_has_nothing_to_watch(self, learner, csrf, make_item):
        uuid = make_item("Not a video after all")
        assert learner.post(f"/items/{uuid}/watched", headers=csrf(learner)).status_code == 404

    def test_the_address_is_kept(self, app, video, load):
        with app.app_context():
            assert queries.of(load(video)).url == "https://youtu.be/dQw4w9WgXcQ"
