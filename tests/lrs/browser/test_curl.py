"""A copied command is one request with exactly these parameters, whatever they hold."""

import json
import shlex
import subprocess
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.browser import curl
from lrs.browser.rules import read
from lrs.statements.keys import agent_key

ENDPOINT = "https://lrs.example.org/xapi/statements"
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


def filters(**values):
    return read({k.rstrip("_"): v for k, v in values.items()}, lambda moment: moment.replace(tzinfo=UTC))


def parameters(command: str) -> dict[str, str]:
    words = shlex.split(command.replace("\\\n", ""))
    assert words[:3] == ["curl", "-G", ENDPOINT]
    given = [words[i + 1] for i, word in enumerate(words) if word == "--data-urlencode"]
    return dict(one.split("=", 1) for one in given)


@given(WORDS, WORDS)
def test_quoting_holds(verb, activity):
    asked = filters(verb=verb)
    [command] = curl.commands(asked, endpoint=ENDPOINT, agents=[], activities=[activity])
    assert parameters(command) == {"verb": asked.verb, "activity": activity} if asked.verb else {"activity": activity}


@pytest.mark.parametrize("nasty", ["it's", "$(touch x)", "`id`", "a;b|c&d", '"quoted"', "back\\slash", "-n", "é ☃"])
def test_a_shell_takes_it_as_text(nasty):
    [command] = curl.commands(filters(), endpoint=ENDPOINT, agents=[], activities=[nasty])
    printed = subprocess.run(
        ["sh", "-c", "curl() { printf '%s\\n' \"$@\"; }\n" + command], capture_output=True, text=True, check=True
    ).stdout
    assert f"activity={nasty}" in printed.splitlines()


@pytest.mark.parametrize(
    "agent",
    [
        {"mbox": "mailto:ann@example.org"},
        {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
        {"openid": "https://ann.example.org/"},
        {"account": {"homePage": "https://example.org", "name": "ann lee"}},
    ],
)
def test_a_key_becomes_an_agent_again(agent):
    assert curl.agent_of(agent_key(agent)) == agent


def test_every_filter_that_xapi_knows():
    asked = filters(
        verb="https://e.org/v",
        from_="2026-11-01",
        to="2026-11-02",
        registration="ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        related="1",
        mentioned="1",
    )
    [command] = curl.commands(asked, endpoint=ENDPOINT, agents=["mbox mailto:a@e.org"], activities=["https://e.org/a"])
    found = parameters(command)
    assert json.loads(found.pop("agent")) == {"mbox": "mailto:a@e.org"}
    assert found == {
        "related_agents": "true",
        "verb": "https://e.org/v",
        "activity": "https://e.org/a",
        "related_activities": "true",
        "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
        "since": "2026-10-31T23:59:59.999999Z",
        "until": "2026-11-02T23:59:59.999999Z",
    }


def test_several_people_are_several_commands_and_not_too_many():
    agents = [f"mbox mailto:a{n}@e.org" for n in range(9)]
    assert len(curl.commands(filters(), endpoint=ENDPOINT, agents=agents[:2], activities=["x:1", "x:2"])) == 4
    assert len(curl.commands(filters(), endpoint=ENDPOINT, agents=agents, activities=[])) == curl.MOST


def test_what_xapi_does_not_know_is_said():
    assert curl.inexpressible(filters(text="x", voided="1", verb="v:1")) == ["text", "voided"]
