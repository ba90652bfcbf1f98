"""Two origins in one process, chosen by Host; anything else is told which setting to change."""

import pytest
from werkzeug.test import Client, EnvironBuilder

from app import create_wsgi


@pytest.fixture
def ask(sqlite_app):
    client = Client(create_wsgi(sqlite_app))

    def get(path, host):
        return client.open(EnvironBuilder(path=path, base_url=f"http://{host}"))

    return get


def test_each_origin_answers_at_its_host(ask):
    assert ask("/login", "localhost").status_code == 200
    assert ask("/login", "127.0.0.1").status_code == 404


def test_the_front_page_of_the_content_host_leads_to_the_application(ask):
    answer = ask("/", "127.0.0.1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://localhost/")


def test_an_unknown_host_is_told_which_setting_to_change(ask):
    answer = ask("/login", "evil.example")
    assert answer.status_code == 400
    assert "COLLOQUIUM_ORIGIN" in answer.text


def test_health_checks_answer_at_any_host(ask):
    assert ask("/healthz", "10.0.0.7:8000").json == {"status": "ok"}
    assert ask("/readyz", "10.0.0.7:8000").json["checks"]["database"] == "ok"


def test_doubled_slashes_reach_the_same_place(ask):
    assert ask("/xapi//about", "localhost").status_code == 200


def test_xapi_answers_on_both_origins(ask):
    assert ask("/xapi/about", "127.0.0.1").status_code == 200
