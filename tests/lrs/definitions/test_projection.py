"""The dictionary of definitions: who may change it, and that a rebuild finds the same."""

import json

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import agent, identified, statement, voiding
from sqlalchemy import select

from core.db import db, write
from lrs import projections
from lrs.definitions.models import Definition
from lrs.definitions.names import best, names_of
from lrs.definitions.projection import DefinitionProjection
from lrs.definitions.queries import definitions
from lrs.statements.service import store

IRI = "https://example.org/activities/course"
DID = "https://example.org/verbs/did"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"


def about(name: dict, **more) -> dict:
    return statement(object={"id": IRI, "definition": {"name": name} | more})


def tell(*statements: dict, trust: str = "define") -> None:
    with write():
        store([json.dumps(s).encode() for s in statements], authority=agent("authority"), version="1.0.3", trust=trust)
    projections.catch_up(limit_ms=10_000)


@pytest.fixture
def open_app(app):
    with app.app_context():
        yield app


class TestWhoMayDefine:
    def test_a_tool_with_the_right_and_we_ourselves(self, open_app):
        tell(about({"en": "One"}), trust="define")
        tell(about({"fr": "Un"}), trust="system")
        assert definitions([IRI]) == {IRI: {"name": {"en": "One", "fr": "Un"}}}

    def test_not_a_tool_without_it(self, open_app):
        tell(about({"en": "One"}))
        tell(about({"en": "Forged", "fr": "Faux"}), trust="self")
        assert definitions([IRI]) == {IRI: {"name": {"en": "One"}}}

    def test_a_launched_course_counts_until_somebody_with_the_right_speaks(self, open_app):
        tell(about({"en": "From a package"}), trust="launch")
        assert definitions([IRI])[IRI] == {"name": {"en": "From a package"}}
        tell(about({"fr": "Le cours"}))
        tell(about({"en": "Renamed by a package"}), trust="launch")
        assert definitions([IRI])[IRI] == {"name": {"fr": "Le cours"}}

    @pytest.mark.parametrize(("scopes", "may"), [(["statements/write"], False), (["statements/write", "define"], True), (["all"], True)])
    def test_the_scope_decides(self, app, xapi_of, scopes, may):
        assert xapi_of(*scopes).post(about({"en": "Name"})).status_code == 200
        with app.app_context():
            projections.catch_up(limit_ms=10_000)
            assert definitions([IRI]) == ({IRI: {"name": {"en": "Name"}}} if may else {})


def test_voiding_leaves_the_name(open_app):
    one = identified(object={"id": IRI, "definition": {"name": {"en": "One"}}})
    tell(one)
    tell(voiding(one["id"]))
    assert definitions([IRI]) == {IRI: {"name": {"en": "One"}}}


def test_a_definition_without_end_is_not_taken_in(open_app):
    tell(about({"en": "One"}))
    tell(about({"fr": "x" * 300_000}))
    tell(about({}, extensions={"https://e.org/x": 1 << 80}))
    assert definitions([IRI]) == {IRI: {"name": {"en": "One"}}}


def test_an_iri_may_be_longer_than_an_index_allows(open_app):
    iri = "https://example.org/" + "x" * 20_000
    tell(statement(object={"id": iri, "definition": {"name": {"en": "Long"}}}))
    assert names_of([iri], kind="activity", languages=["en"]) == {iri: "Long"}


class TestNames:
    def test_one_query_for_many(self, open_app, count_queries):
        tell(about({"en": "One", "fr": "Un"}), statement(object={"id": IRI + "2", "definition": {"name": {"fr": "Deux"}}}))
        with count_queries() as asked:
            found = names_of([IRI, IRI + "2", IRI + "3", IRI], kind="activity", languages=["fr", "en"])
        assert found == {IRI: "Un", IRI + "2": "Deux", IRI + "3": "course3"}
        assert len([a for a in asked if a != "BEGIN"]) == 1

    def test_well_known_verbs_need_no_statement(self, open_app):
        assert names_of([COMPLETED], kind="verb", languages=["en-GB"]) == {COMPLETED: "completed"}
        assert names_of([COMPLETED], kind="verb", languages=["fr"]) == {COMPLETED: "a terminé"}
        assert names_of([COMPLETED], kind="verb", languages=["ja"]) == {COMPLETED: "completed"}

    def test_a_display_in_the_reader_s_language_comes_before_our_word(self, open_app):
        tell(statement(verb={"id": COMPLETED, "display": {"en-US": "finished"}}))
        assert names_of([COMPLETED], kind="verb", languages=["en"]) == {COMPLETED: "finished"}
        assert names_of([COMPLETED], kind="verb", languages=["fr"]) == {COMPLETED: "a terminé"}

    def test_a_verb_and_an_activity_may_share_an_iri(self, open_app):
        tell(statement(verb={"id": IRI, "display": {"en": "did"}}, object={"id": IRI, "definition": {"name": {"en": "thing"}}}))
        assert names_of([IRI], kind="verb", languages=["en"]) == {IRI: "did"}
        assert names_of([IRI], kind="activity", languages=["en"]) == {IRI: "thing"}

    def test_hostile_text_stays_text(self, open_app):
        tell(about({"en": "<script>alert(1)</script>\u202e\x00"}))
        assert names_of([IRI], kind="activity", languages=["en"]) == {IRI: "<script>alert(1)</script>"}
        assert not hasattr(names_of([IRI], kind="activity", languages=["en"])[IRI], "__html__")

    def test_nothing_asked(self, open_app):
        assert names_of([], kind="activity", languages=["en"]) == {}
        assert best({}, []) == ""


tags = st.sampled_from(["en", "fr", "de", "en-US"])
maps = st.dictionaries(tags, st.text(max_size=3), max_size=2)
bodies = st.fixed_dictionaries(
    {},
    optional={
        "name": maps,
        "description": maps,
        "type": st.sampled_from(["x:a", "x:b"]),
        "extensions": st.dictionaries(st.sampled_from(["x:e", "x:f"]), st.integers(0, 3)),
    },
)
acts = st.builds(
    lambda number, body, display, trust: (
        statement(
            verb={"id": DID} | ({"display": display} if display else {}),
            object={"id": f"{IRI}{number}"} | ({"definition": body} if body else {}),
        ),
        trust,
    ),
    st.integers(0, 2),
    bodies,
    maps,
    st.sampled_from(["system", "define", "launch", "self"]),
)


def table() -> dict:
    rows = db.session.execute(select(Definition)).scalars()
    return {bytes(r.digest): (r.kind, r.iri, r.firm, orjson.loads(r.names), orjson.loads(r.body or b"null")) for r in rows}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=st.lists(acts, min_size=1, max_size=12))
def test_folded_one_by_one_is_what_a_rebuild_finds(open_app, told):
    with write():
        for said, trust in told:
            store([orjson.dumps(said)], authority=agent("authority"), version="1.0.3", trust=trust)
    projections.rebuild("definitions")
    at_once = table()
    projection = DefinitionProjection()
    from lrs.statements import entries

    with write():
        projection.clear()
    position = 0
    while (reading := entries.after(position, limit=1)).entries:
        with write():
            projection.fold(reading.entries)
        position = reading.end
    assert table() == at_once
    db.session.rollback()
