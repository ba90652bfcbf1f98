"""One style sheet for a page, made of all of them, at an address that changes with their bytes."""

import re
from pathlib import Path

from core import stylesheet


def test_every_sheet_is_in_it_once_and_the_tokens_first():
    files = sorted(p.stem for p in (Path(stylesheet.__file__).parent / "static" / "css").glob("*.css"))
    assert sorted(stylesheet.SHEETS) == files
    assert stylesheet.SHEETS[0] == "tokens"


def test_a_page_names_it_with_its_version_and_it_may_be_kept(sqlite_app):
    client = sqlite_app.test_client()
    address = re.search(r'href="(/look\.css\?v=\w+)"', client.get("/login").text)[1]
    answer = client.get(address)
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--paper" in answer.text


def test_another_version_is_not_kept(sqlite_app):
    assert sqlite_app.test_client().get("/look.css?v=older").headers["Cache-Control"] == "no-cache"
