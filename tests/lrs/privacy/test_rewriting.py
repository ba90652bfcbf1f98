"""What rewriting one statement promises, for every statement."""

import json
import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.erasure import Subject
from lrs.privacy.rewriting import SIGNATURE, Rewriter
from lrs.statements.compiled import require
from lrs.statements.keys import keys_of

HOME = "https://here.example"
ANA, ACCOUNT = "mbox mailto:ana@example.org", "account https://lms.example ana 7"
PSEUDONYMS = {ANA: "11111111-1111-4111-8111-111111111111", ACCOUNT: "11111111-1111-4111-8111-111111111111"}
EXTENSION = "https://here.example/signature-removed"
VERB, THING = {"id": "https://example.org/v"}, {"id": "https://example.org/a"}
AGENTS = st.sampled_from(
    [
        {"objectType": "Agent", "mbox": "mailto:ana@example.org", "name": "Ana"},
        {"objectType": "Agent", "account": {"homePage": "https://lms.example", "name": "ana 7"}},
        {"objectType": "Agent", "mbox": "mailto:diana@example.org", "name": "Diana"},
        {"objectType": "Agent", "openid": "https://example.org/bo"},
    ]
)
GROUPS = st.builds(lambda members: {"objectType": "Group", "name": "G", "member": members}, st.lists(AGENTS, min_size=1, max_size=3))
ACTORS = AGENTS | GROUPS
TEXTS = st.sampled_from(["nothing", "write to ana@example.org.", "write to diana@example.org", "ANA@example.org", "0.10"])


@st.composite
def statements(draw):
    context = draw(st.fixed_dictionaries({}, optional={"instructor": ACTORS, "team": GROUPS}))
    context |= draw(
        st.fixed_dictionaries({}, optional={"extensions": st.dictionaries(st.just("https://example.org/x"), TEXTS, max_size=1)})
    )
    inner = {"objectType": "SubStatement", "actor": draw(ACTORS), "verb": VERB, "object": draw(AGENTS)}
    target = draw(st.sampled_from([THING, draw(ACTORS), inner]))
    statement = {"actor": draw(ACTORS), "verb": VERB, "object": target, "context": context, "authority": draw(AGENTS)}
    return statement | draw(st.fixed_dictionaries({}, optional={"result": st.fixed_dictionaries({"response": TEXTS})}))


def rewriter(*, words=False) -> Rewriter:
    secrets = re.compile(r"(?<![\w.%+-])ana@example\.org(?![\w-])", re.IGNORECASE)
    return Rewriter(pseudonyms=PSEUDONYMS, home=HOME, secrets=secrets, instead="gone", extension=EXTENSION, words=words)


@given(statements(), st.booleans())
def test_nobody_is_left_and_everybody_else_stays(statement, words):
    before, payload = keys_of(statement), orjson.dumps(statement)
    after = rewriter(words=words).statement(payload).payload
    value = orjson.loads(after)
    require(value, "1.0.3")
    keys = keys_of(value)

    def renamed(found):
        return {f"account {HOME} {PSEUDONYMS[k]}" if k in PSEUDONYMS else k for k in found if k is not None}

    everybody = renamed({before.actor, *before.agents, *before.related_agents})
    assert {keys.actor, *keys.agents, *keys.related_agents} - {None} == everybody
    assert re.search(rb"(?i)(?<![a-z])ana[@ ]|\"Ana\"", after) is None
    assert after.count(b"Diana") == payload.count(b"Diana")
    assert (keys.verb, keys.activity, keys.registration) == (before.verb, before.activity, before.registration)
    assert rewriter(words=words).statement(after).payload == after  # again changes nothing


@given(statements())
def test_a_statement_of_others_keeps_its_bytes(statement):
    payload = json.dumps(statement, indent=1).encode().replace(b"ana", b"eva").replace(b"ANA", b"EVA").replace(b"Ana", b"Eva")
    assert rewriter(words=True).statement(payload).payload == payload


def test_numbers_and_escapes_keep_their_bytes():
    payload = b'{"actor":{"mbox":"mailto:ana@example.org"},"verb":{"id":"https://example.org/v"},"object":{"id":"https://example.org/a"},"result":{"score":{"scaled":0.10,"raw":-0,"max":1e2},"response":"\\u00e9"}}'
    after = rewriter().statement(payload).payload
    assert b'"score":{"scaled":0.10,"raw":-0,"max":1e2}' in after
    assert b"\\u00e9" in after


@pytest.mark.parametrize("words", [False, True])
def test_a_signature_goes_and_an_extension_says_so(words):
    entry = {"usageType": SIGNATURE, "display": {"en": "s"}, "contentType": "application/octet-stream", "length": 1, "sha2": "ab" * 32}
    other = entry | {"usageType": "https://example.org/photo", "sha2": "cd" * 32}
    statement = {"actor": {"mbox": "mailto:ana@example.org"}, "verb": VERB, "object": THING, "attachments": [entry, other]}
    new = rewriter(words=words).statement(orjson.dumps(statement))
    value = orjson.loads(new.payload)
    assert new.unsigned
    assert value["context"]["extensions"] == {EXTENSION: True}
    assert value.get("attachments", []) == ([] if words else [other])
    assert new.dropped == ({"ab" * 32, "cd" * 32} if words else {"ab" * 32})


def test_another_s_signature_stays():
    entry = {"usageType": SIGNATURE, "display": {"en": "s"}, "contentType": "application/octet-stream", "length": 1, "sha2": "ab" * 32}
    payload = orjson.dumps({"actor": {"mbox": "mailto:bo@example.org"}, "verb": VERB, "object": THING, "attachments": [entry]})
    assert rewriter(words=True).statement(payload) == (payload, False, frozenset())


def test_words_of_the_person_go_only_when_erased():
    statement = {
        "actor": {"mbox": "mailto:ana@example.org"},
        "verb": VERB,
        "object": THING,
        "result": {"response": "secret", "score": {"scaled": 1}, "extensions": {"https://x.example": 1}},
        "context": {"extensions": {"https://x.example": 2}},
    }
    kept = orjson.loads(rewriter().statement(orjson.dumps(statement)).payload)
    assert kept["result"] == statement["result"]
    assert kept["context"] == statement["context"]
    gone = orjson.loads(rewriter(words=True).statement(orjson.dumps(statement)).payload)
    assert gone["result"] == {"score": {"scaled": 1}}
    assert "context" not in gone


def test_what_counts_as_a_secret(sqlite_app):
    with sqlite_app.app_context():
        subject = Subject("p").with_identifiers("account https://lms.example student", "mbox mailto:bob@example.org")
        subject = subject.with_texts("Bob", "bob@example.org")
        found = subject.secrets()
    assert found.sub(
        "-", "bob@example.org BOB@EXAMPLE.ORG jacob@example.org bob@example.org.uk student Bob https://x/bob%40example.org"
    ) == ("- - jacob@example.org bob@example.org.uk student Bob https://x/-")
