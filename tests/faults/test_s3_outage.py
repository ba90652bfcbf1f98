"""S3 goes away, or hangs, and processes die between a file and its row: people hear "try again", what was acknowledged is there with its
file, no row is without one, and nothing is restarted by hand (RELIABILITY 14, 15)."""

import hashlib
import json
import os
import random
import re
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import urllib3
from sqlalchemy import select
from support.counts import count, tell
from support.load import Load, another_package, batch, key_for
from support.s3_server import BUCKET, S3Server
from support.server import Server

from app import create_app
from core.db import db
from core.settings import from_env
from core.storage import storage
from lrs.attachments import sweep as attachment_sweep
from lrs.attachments.models import Attachment
from lrs.attachments.rules import storage_key
from lrs.documents import sweep as document_sweep
from lrs.documents.models import Document
from scorm.packages import sweep as package_sweep

GOLF = "golf-and-parser/scorm12/RuntimeBasicCalls_SCORM12.zip"
KILLS = count(2, 200)
BOUNDARY = "parcel"


class Site:
    """A served installation with its files in S3, and what a key may do there."""

    def __init__(self, server: Server):
        self.server, self.headers, self.http = server, key_for(server), server.http

    def ask(self, path: str, *, method: str = "GET", content: bool = False, **options):
        begun = time.monotonic()
        url = (self.server.content_url if content else self.server.url) + path
        answer = self.http.request(method, url, headers=self.headers | options.pop("headers", {}), **options)
        answer.took = time.monotonic() - begun
        return answer

    def say(self, statements: list[dict]):
        return self.ask("/xapi/statements", method="POST", body=json.dumps(statements))

    def say_with_data(self, data: bytes):
        """One statement with an attachment; the answer, and the statement's id."""
        [statement] = batch(1)
        sha2 = hashlib.sha256(data).hexdigest()
        described = {"usageType": "https://example.org/u", "display": {"en": "x"}, "contentType": "text/plain"}
        statement["attachments"] = [described | {"length": len(data), "sha2": sha2}]
        body = f"--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n{json.dumps(statement)}\r\n--{BOUNDARY}\r\n"
        body += f"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {sha2}\r\n\r\n"
        whole = body.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"}
        return self.ask("/xapi/statements", method="POST", body=whole, headers=headers), statement["id"]

    def upload(self, content: bytes | None = None):
        """Import and publish a package."""
        kind = {"Content-Type": "application/zip"}
        return self.ask("/api/v1/packages?name=x.zip&publish=1", method="POST", body=content or another_package(), headers=kind)

    def course(self, content: bytes | None = None) -> str:
        answer = self.upload(content)
        assert answer.status == 201, answer.data
        return json.loads(answer.data)["item"]["uuid"]

    def keep(self, name: str, content: bytes):
        """Put a document of a course's own."""
        place = urlencode({"activityId": "https://example.org/a", "profileId": name})
        kind = {"Content-Type": "application/octet-stream", "If-None-Match": "*"}
        return self.ask(f"/xapi/activities/profile?{place}", method="PUT", body=content, headers=kind)

    def empty_the_cache(self) -> None:
        shutil.rmtree(Path(self.server.environment["COLLOQUIUM_DATA_DIR"]) / "cache", ignore_errors=True)

    def everything_that_needs_files(self, page: str) -> list:
        """What must be refused while they cannot be had."""
        self.empty_the_cache()
        asked = [
            lambda: self.ask(page, content=True),
            lambda: self.say_with_data(os.urandom(100))[0],
            lambda: self.keep(str(uuid4()), b"x" * 100_000),
            self.upload,
        ]
        with ThreadPoolExecutor(len(asked)) as pool:
            return [done.result() for done in [pool.submit(one) for one in asked]]

    def play(self, item: str) -> str:
        """Launch as a learner; the path of the first page of the course."""
        answer = self.ask(f"/api/v1/items/{item}/launches", method="POST", body=json.dumps({"email": "learner@example.org"}))
        assert answer.status == 201, answer.data
        page = self.http.request("GET", json.loads(answer.data)["url"]).data.decode()
        settings = json.loads(re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
        return settings["files"] + next(entry["launch"] for entry in settings["entries"] if entry["launch"])

    def settle(self, page: str) -> None:
        """Wait until files can be had again; until then it is said that they cannot."""
        deadline = time.monotonic() + 20
        while (answer := self.ask(page, content=True)).status != 200:
            assert (answer.status, time.monotonic() < deadline) == (503, True), (answer.status, answer.data[:300])
            time.sleep(0.1)


@pytest.fixture(scope="module")
def site(s3_server, tmp_path_factory):
    """One installation for all of this, on SQLite; each test leaves it working."""
    folder = tmp_path_factory.mktemp("site") / "data"
    with Server(folder, **places(s3_server)) as server:
        yield started(server)


@pytest.fixture
def s3(s3_server):
    """The S3 server, running before and after."""
    yield s3_server
    s3_server.go_on()
    if s3_server.process.poll() is not None:
        s3_server.start()


def places(server: S3Server) -> dict[str, str]:
    return {"COLLOQUIUM_STORAGE": f"s3://{BUCKET}/{uuid4()}", "COLLOQUIUM_S3_ENDPOINT": server.url}


def started(server: Server) -> Site:
    site = Site(server.start())
    person = ("--email", "learner@example.org", "--name", "L", "--role", "learner", "--password-stdin")
    server.cli("user", "create", *person, stdin="a long passphrase here")
    return site


def refused_in_words(answers: list) -> float:
    """Each says that it cannot be done now; answers how long the slowest took."""
    for answer in answers:
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "5"), (answer.status, answer.data[:500])
        assert b"try again" in answer.data
    slowest = max(answer.took for answer in answers)
    assert slowest < 10
    return slowest


def test_a_course_is_played_through_an_outage(site, s3, packages_dir):
    """Uploaded, played, the service killed: what is cached plays on, statements are taken in, the rest is told; then all goes on."""
    page = site.play(site.course((packages_dir / GOLF).read_bytes()))
    original = site.ask(page, content=True)
    assert original.status == 200
    said, known = site.say_with_data(b"kept")
    assert said.status == 200
    with Load(site.server, site.headers, clients=2, largest=5, pause=0.05) as load:
        s3.kill()
        slowest = refused_in_words(site.everything_that_needs_files(page))
        ready, health = site.ask("/readyz"), site.ask("/healthz")
        assert (ready.status, json.loads(ready.data)["checks"]["storage"], health.status) == (200, "away", 200)
        assert site.ask(f"/xapi/statements?statementId={known}&attachments=true").status == 503
        assert site.ask(f"/xapi/statements?statementId={known}").status == 200
        s3.start()
        site.settle(page)
    assert not load.refused, "statements alone do not need the files"
    figures = load.check()
    assert site.ask(page, content=True).data == original.data
    assert b"kept" in site.ask(f"/xapi/statements?statementId={known}&attachments=true").data
    assert (site.upload().status, site.say_with_data(b"again")[0].status, site.keep("again", b"x" * 100_000).status) == (201, 200, 204)
    tell(**figures, slowest_refusal=f"{slowest:.1f} s")


def test_what_is_cached_plays_on_without_the_service(site, s3):
    page = site.play(site.course())
    cache = Path(site.server.environment["COLLOQUIUM_DATA_DIR"]) / "cache"
    before = site.ask(page, content=True).data
    deadline = time.monotonic() + 10
    while not list(cache.glob("packages*")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    s3.hang()
    during = site.ask(page, content=True)
    assert (during.status, during.data) == (200, before)


def test_a_service_that_hangs_holds_nobody_for_long(site, s3):
    page = site.play(site.course())
    with Load(site.server, site.headers, clients=2, largest=5, pause=0.05) as load:
        s3.hang()
        before = len(load.acknowledged)
        slowest = refused_in_words(site.everything_that_needs_files(page))
        again = refused_in_words(site.everything_that_needs_files(page))
        after = len(load.acknowledged)
        s3.go_on()
        site.settle(page)
    assert after > before, "statements are taken in meanwhile"
    assert site.say_with_data(b"after")[0].status == 200
    assert site.upload().status == 201
    tell(**load.check(), slowest_refusal=f"{slowest:.1f} s", then=f"{again:.1f} s")


def test_a_process_killed_between_file_and_row_leaves_no_row_without_its_file(site, s3):
    """Uploads, attachments and documents, and kill -9 in the midst of them; what remains is swept up."""
    over, acknowledged = threading.Event(), []

    def work(number: int) -> None:
        turn, name = 0, None
        while not over.is_set():
            turn += 1
            data = b"%d/%d" % (number, turn) * 20_000
            try:
                if number % 3 == 0:
                    answer, name = site.say_with_data(data)
                elif number % 3 == 1:
                    answer = site.keep(f"{number}/{turn}", data)
                else:
                    answer = site.upload()
            except urllib3.exceptions.HTTPError:
                continue
            time.sleep(0.02)
            if name and answer.status == 200:
                acknowledged.append((name, data))

    with ThreadPoolExecutor(3) as pool:
        for number in range(3):
            pool.submit(work, number)
        try:
            for number in range(KILLS):
                time.sleep(random.uniform(0.2, 0.8))
                if number % 2:
                    site.server.kill()
                    site.server.start()
                else:
                    site.server.kill_worker()
                    site.server.wait_until_ready()
        finally:
            over.set()
    for name, data in acknowledged:
        assert data in site.ask(f"/xapi/statements?statementId={name}&attachments=true").data
    tell(kills=KILLS, acknowledged=len(acknowledged), **every_row_has_its_file(site.server))


def every_row_has_its_file(server: Server) -> dict[str, int]:
    """After the end of everything: what rows name is there, what none names is swept up, and nothing else is left."""
    server.stop()
    app = create_app(from_env({k: v for k, v in server.environment.items() if k.startswith("COLLOQUIUM_")}))
    with app.app_context():
        needed = {storage_key(sha2) for sha2 in db.session.scalars(select(Attachment.sha2))}
        needed |= set(db.session.scalars(select(Document.file).where(Document.file.is_not(None))))
        needed |= package_sweep.storage_keys()
        db.session.rollback()
        keys = {key for key, _written in storage().keys("")}
        assert needed <= keys, "a row points to nothing"
        for one in (attachment_sweep, document_sweep, package_sweep):
            one.sweep(-one.AGE)
        assert {key for key, _written in storage().keys("")} == needed
        assert list(storage().bucket.unfinished()) == []
        db.session.remove()
        db.engine.dispose()
        return {"files": len(needed), "orphans": len(keys - needed)}
