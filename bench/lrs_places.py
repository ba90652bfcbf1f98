"""Where the benchmarks store: temporary databases with the product's own durability, and the product on top of them."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import psycopg
from flask import Flask

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.postgres import Cluster  # noqa: E402

from app import create_app, prepare  # noqa: E402
from core.db import db, write  # noqa: E402
from core.settings import from_env  # noqa: E402
from lrs.credentials import service as credentials  # noqa: E402

AUTHORITY = {"objectType": "Agent", "account": {"homePage": "https://lms.example.com", "name": "key"}}


@contextmanager
def place(database: str) -> Iterator[tuple[Flask, Path, str]]:
    """(application, folder, address) on "sqlite" or on a "postgresql" server with default durability."""
    with tempfile.TemporaryDirectory(prefix="colloquium-bench-") as folder:
        if database == "sqlite":
            yield _application(Path(folder), ""), Path(folder), ""
            return
        with Cluster(fast=False) as server:
            with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("CREATE DATABASE bench")
            url = server.url("bench")
            app = _application(Path(folder), url)
            yield app, Path(folder), url
            with app.app_context():
                db.engine.dispose()


def _application(folder: Path, url: str) -> Flask:
    app = create_app(from_env({}, data_dir=folder, database_url=url, background=False))
    prepare(app)
    return app


def key_of(app: Flask) -> credentials.Issued:
    with app.app_context(), write():
        return credentials.create(name="bench", scopes=["all"])


def basic(key: credentials.Issued) -> str:
    """The Authorization header of a key."""
    return "Basic " + b64encode(f"{key.key}:{key.secret}".encode()).decode()


def raw_copy(url: str, batches: list[list[bytes]]) -> None:
    """The reference on PostgreSQL: COPY into one column of one table, committed after each batch."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS raw_reference (payload bytea)")
        connection.commit()
        for batch in batches:
            with connection.cursor().copy("COPY raw_reference FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["bytea"])
                for payload in batch:
                    copy.write_row((payload,))
            connection.commit()


def raw_insert(folder: Path, batches: list[list[bytes]]) -> None:
    """The reference on SQLite: executemany into one column, committed after each batch, WAL and synchronous=FULL."""
    connection = sqlite3.connect(folder / "reference.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS raw_reference (payload BLOB)")
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO raw_reference VALUES (?)", [(payload,) for payload in batch])
        connection.execute("COMMIT")
    connection.close()


@contextmanager
def served(folder: Path, url: str, port: int) -> Iterator[int]:
    """The product as ``./run`` serves it, in its own process, whose number it answers."""
    environment = os.environ | {
        "COLLOQUIUM_DATA_DIR": str(folder), "COLLOQUIUM_DATABASE_URL": url, "COLLOQUIUM_PORT": str(port), "COLLOQUIUM_BACKGROUND": "no",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "server.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _await(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("localhost", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")
