"""The gallery shows every component to developers, and does not exist elsewhere."""

import re

import pytest

from app import create_app
from core.settings import from_env


@pytest.fixture
def visit(tmp_path):
    """``visit(debug)`` → a client of an installation with or without debugging."""

    def start(debug: bool):
        return create_app(from_env({}, data_dir=tmp_path, debug=debug, background=False, secret_key="k" * 40)).test_client()

    return start


def test_it_shows_every_component_and_every_icon(visit):
    page = visit(True).get("/_gallery")
    assert page.status_code == 200
    for name in (
        "item-card",
        "facets",
        "composer",
        "dropzone",
        "table-stack",
        "form-row",
        "alert-warning",
        "empty",
        "pages",
        "meter5",
        "progress-line",
    ):
        assert f'class="{name}' in page.text or f" {name}" in page.text, name
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', visit(True).get("/static/core/icons.svg").text))
    assert drawn - set(re.findall(r"icons\.svg[^#]*#([\w-]+)", page.text)) == set()


def test_it_is_not_there_without_debugging(visit):
    assert visit(False).get("/_gallery").status_code == 404


def test_a_cover_of_it_is_drawn(visit):
    answer = visit(True).get("/_gallery/cover/00000000-0000-4000-8000-000000000000.svg")
    assert answer.mimetype == "image/svg+xml"
