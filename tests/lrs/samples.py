"""Statements for tests: plain ones, rich ones, and a strategy that draws any valid one."""

from uuid import uuid4

from hypothesis import strategies as st

VOIDED = "http://adlnet.gov/expapi/verbs/voided"


def agent(name: str = "ann") -> dict:
    return {"mbox": f"mailto:{name}@example.org"}


def activity(name: str = "course") -> dict:
    return {"id": f"https://example.org/activities/{name}"}


def statement(**members) -> dict:
    """The smallest statement, with members replaced or added; None takes one away."""
    whole = {"actor": agent(), "verb": {"id": "https://example.org/verbs/did"}, "object": activity()} | members
    return {key: value for key, value in whole.items() if value is not None}


def identified(**members) -> dict:
    return statement(id=str(uuid4()), **members)


def voiding(uuid: str, **members) -> dict:
    return identified(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": uuid}, **members)


def rich() -> dict:
    """A statement that uses every property of 1.0.3 except attachments."""
    return statement(
        id="6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
        actor={
            "objectType": "Group",
            "name": "Team A",
            "account": {"homePage": "https://example.org", "name": "team-a"},
            "member": [{"name": "Ann", "mbox": "mailto:ann@example.org"}, {"openid": "https://ben.example.org/"}],
        },
        verb={"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en-GB": "answered", "fr": "a répondu"}},
        object={
            "objectType": "Activity",
            "id": "https://example.org/activities/quiz/4",
            "definition": {
                "name": {"en": "Question 4"},
                "description": {"en": "Which is the largest planet?", "fr": "Quelle est la plus grande planète ?"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "moreInfo": "https://example.org/more",
                "interactionType": "choice",
                "correctResponsesPattern": ["jupiter"],
                "choices": [{"id": "jupiter", "description": {"en": "Jupiter"}}, {"id": "saturn"}],
                "extensions": {"https://example.org/ext/difficulty": None},
            },
        },
        result={
            "score": {"scaled": -0.5, "raw": 2, "min": 0, "max": 10.5},
            "success": False,
            "completion": True,
            "response": "saturn",
            "duration": "P1DT2H3M4.56S",
            "extensions": {"https://example.org/ext/x": [1, {"deep": [None, 1e300]}]},
        },
        context={
            "registration": "ec531277-b57b-4c15-8d91-d292c5b2b8f7",
            "instructor": {"objectType": "Agent", "mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"},
            "team": {"objectType": "Group", "member": [{"mbox": "mailto:eve@example.org"}]},
            "contextActivities": {
                "parent": [{"id": "https://example.org/activities/quiz"}],
                "grouping": [{"id": "https://example.org/activities/course"}],
                "category": [],
                "other": [{"objectType": "Activity", "id": "https://example.org/activities/other"}],
            },
            "revision": "7",
            "platform": "Example LMS",
            "language": "en-GB",
            "statement": {"objectType": "StatementRef", "id": "7ccd3322-e1a5-411a-a67d-6a735c76f119"},
            "extensions": {},
        },
        timestamp="2026-11-22T10:00:00.1234567+01:00",
        version="1.0.3",
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8)
agents = st.one_of(
    words.map(agent),
    st.builds(
        lambda name: {"objectType": "Agent", "account": {"homePage": "https://example.org", "name": name}},
        st.text(min_size=1, max_size=12).filter(lambda t: "\0" not in t),
    ),
    words.map(lambda w: {"openid": f"https://{w}.example.org/", "name": w}),
)
groups = st.one_of(
    st.lists(agents, min_size=1, max_size=3).map(lambda members: {"objectType": "Group", "member": members}),
    st.builds(lambda w, members: {"objectType": "Group", **agent(w), "member": members}, words, st.lists(agents, max_size=2)),
)
activities = st.builds(
    lambda w, name, extension: {
        "id": f"https://example.org/{w}",
        "definition": {"name": {"en": name}, "extensions": {"https://example.org/e": extension}},
    },
    words,
    st.text(max_size=20),
    json_values,
)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "registration": st.uuids().map(str),
        "instructor": agents | groups,
        "contextActivities": st.dictionaries(
            st.sampled_from(["parent", "grouping", "category", "other"]), activities | st.lists(activities, max_size=2), max_size=3
        ),
        "extensions": st.dictionaries(words.map(lambda w: f"https://example.org/x/{w}"), json_values, max_size=2),
    },
)
statements = st.fixed_dictionaries(
    {"actor": agents | groups, "verb": words.map(lambda w: {"id": f"https://example.org/verbs/{w}"}), "object": activities | groups},
    optional={
        "id": st.uuids().map(str),
        "result": st.fixed_dictionaries(
            {}, optional={"response": st.text(max_size=20), "success": st.booleans(), "extensions": st.just({})}
        ),
        "context": contexts,
        "timestamp": st.datetimes().map(lambda d: d.isoformat() + "+02:00"),
        "stored": st.just("2001-01-01T00:00:00Z"),
        "authority": agents,
    },
)
