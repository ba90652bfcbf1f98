"""Attempts between versions: what goes along, what waits, what comes back."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from support.playing import NOON

from accounts.people import queries as people_queries
from core.db import db, write
from core.errors import Conflict
from scorm.packages.tree import Node, Organization, Tree
from scorm.play import sequences
from scorm.play.answers.models import Answer, Question
from scorm.play.models import Launch, ScoState, SequencingState
from scorm.versions import rules

PARTS = st.lists(st.sampled_from("abcd"), min_size=1, unique=True)
COUNTER = itertools.count()
RULED = (
    "<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>"
    '<imsss:ruleCondition condition="attempted"/></imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>'
    "</imsss:sequencingRules></imsss:sequencing>"
)


def some(*names) -> dict:
    return {f"{name}.html": name for name in names}


def tree(*nodes, sequencing="") -> Tree:
    return Tree([Organization("org", "Course", list(nodes), sequencing=sequencing)])


def leaf(name, launch="index.html", title=None, **options) -> Node:
    return Node(name, title or name, launch, "sco", **options)


TWO = (leaf("a"), leaf("b"))
ANSWER = {"cmi.interactions.0.id": "q1", "cmi.interactions.0.type": "true-false", "cmi.interactions.0.student_response": "t"}


def stored() -> dict:
    """Every state in the database. Whether its answers are listed is no part of it: lists are made from states."""
    columns = [column for column in ScoState.__table__.columns if column.name != "listed"]
    return {tuple(row) for row in db.session.execute(select(*columns))}


class TestComparing:
    def test_names_what_stays_comes_goes_and_changes(self):
        old = tree(leaf("a"), leaf("b", title="Before"), leaf("c"))
        new = tree(leaf("d"), leaf("b", title="After"), leaf("a", "other.html"))
        found = rules.compare(old, new)
        assert [(before.identifier, after.identifier) for before, after in found.kept] == [("b", "b"), ("a", "a")]
        assert [part.identifier for part in found.new] == ["d"]
        assert [part.identifier for part in found.gone] == ["c"]
        assert [(before.title, after.title) for before, after in found.retitled] == [("Before", "After")]
        assert [after.launch for _before, after in found.relaunched] == ["other.html"]

    def test_takes_the_only_part_for_the_same_whatever_it_is_called(self):
        found = rules.compare(tree(leaf("old")), tree(Node("chapter", "Chapter", children=[leaf("new")])))
        assert (found.renamed[0].identifier, found.renamed[1].identifier) == ("old", "new")
        assert (found.kept, found.new, found.gone) == ([], [], [])

    @pytest.mark.parametrize(
        ("why", "old", "new", "formats"),
        [
            ("", tree(*TWO), tree(leaf("a"), leaf("c")), ("scorm12", "scorm12")),
            ("", tree(leaf("a"), sequencing="<rollupRules/>"), tree(leaf("b")), ("scorm2004", "scorm2004")),
            ("", tree(*TWO, sequencing="<x/>"), tree(leaf("a"), leaf("b", "new.html"), sequencing="<y/>"), ("scorm2004",) * 2),
            ("", tree(leaf("https://x.org/a")), tree(leaf("https://x.org/a")), ("xapi", "xapi")),
            ("nothing", tree(leaf("https://x.org/a")), tree(leaf("https://x.org/b")), ("xapi", "xapi")),
            ("format", tree(leaf("a")), tree(leaf("a")), ("scorm12", "scorm2004")),
            ("own", tree(leaf("a")), tree(leaf("a")), ("cmi5", "cmi5")),
            ("nothing", tree(*TWO), tree(leaf("c"), leaf("d")), ("scorm12", "scorm12")),
            ("sequencing", tree(*TWO, sequencing="<x/>"), tree(*TWO), ("scorm2004",) * 2),
            ("sequencing", tree(*TWO, sequencing="<x/>"), tree(*reversed(TWO), sequencing="<x/>"), ("scorm2004",) * 2),
        ],
        ids=[
            "parts", "one part", "same tree", "xapi", "another activity", "format", "cmi5", "nothing in common", "no longer sequenced",
            "another order",
        ],
    )
    def test_says_why_attempts_cannot_go_along(self, why, old, new, formats):
        assert rules.obstacle(old_format=formats[0], old=old, new_format=formats[1], new=new) == why


class TestMoving:
    def test_keeps_what_the_new_version_has_no_part_for_and_shows_it_again_after_a_roll_back(self, app, people, course):
        made = course(some("a", "b"))
        with app.app_context():
            play = made.play(people["alice"])
            play.begin(sco="item2")
            play.commit({"cmi.suspend_data": "of the second part"}, sco="item2")
            made.upload(some("a", "c"), identifiers=["item1", "quiz"])
            made.use(2, "move")
            again = made.play(people["alice"])
            again.begin(sco="item1")
            assert again.attempt.version.number == 2
            assert made.use(1, "move").moved == 1
            state = made.play(people["alice"]).state("item2")
            assert "of the second part" in state.cmi

    def test_takes_what_is_stored_in_the_only_part_along_when_its_identifier_changes(self, app, people, course):
        made = course("<title>1</title>", identifiers=["generated-1"])
        with app.app_context():
            play = made.play(people["alice"])
            play.begin(sco="generated-1")
            play.commit({"cmi.suspend_data": "half", **ANSWER}, sco="generated-1")
            made.upload("<title>2</title>", identifiers=["generated-2"])
            assert made.use(2, "move").moved == 1
            again = made.play(people["alice"])
            assert "half" in again.state("generated-2").cmi
            again.begin(sco="generated-2")
            asked = select(Question.sco).join(Answer, Answer.question_id == Question.id)
            assert list(db.session.scalars(asked)) == ["generated-2"]
            assert made.use(1, "move").moved == 1
            assert "half" in made.play(people["alice"]).state("generated-1").cmi

    def test_writes_over_no_state_that_the_attempt_has_from_earlier(self, app, people, course):
        made = course(some("a"), identifiers=["one"])
        with app.app_context():
            play = made.play(people["alice"])
            play.begin(sco="one")
            play.commit({"cmi.suspend_data": "of one"}, sco="one")
            made.upload(some("a", "b"), identifiers=["one", "two"])
            made.upload(some("b"), identifiers=["two"])
            made.use(2, "move")
            again = made.play(people["alice"])
            again.commit({"cmi.suspend_data": "of two"}, sco="two")
            assert made.use(3, "move").moved == made.use(1, "move").moved == 1
            last = made.play(people["alice"])
            assert ("of one" in last.state("one").cmi, "of two" in last.state("two").cmi) == (True, True)

    def test_leaves_attempts_of_another_format_where_they_are(self, app, people, course):
        made = course(some("a", "b"))
        with app.app_context():
            made.play(people["alice"]).begin()
            made.upload(some("a", "b"), edition="2004")
            change = made.use(2, "move")
            assert (change.moved, change.stayed) == (0, 1)
            assert made.play(people["alice"]).attempt.version.number == 1
            assert made.play(people["bob"]).attempt.version.number == 2

    def test_takes_the_place_in_a_sequenced_course_along_where_the_tree_is_the_same(self, app, people, course):
        made = course(some("a", "b"), edition="2004", extras=RULED)
        with app.app_context():
            play = made.play(people["alice"])
            posted = sequences.Standing(1, {"engine": {"suspended": "item2"}}, {}, "incomplete", "unknown")
            with write():
                launch = db.session.get(Launch, play.launch_id)
                sequences.keep(launch=launch, person=people_queries.get(play.person_id), posted=posted, at=NOON)
            made.upload({"a.html": "a", "b.html": "b, corrected"}, edition="2004", extras=RULED)
            made.upload(some("a", "b", "c"), edition="2004", extras=RULED)
            assert made.use(2, "move").moved == 1
            late, learner = replace(posted, sequence=2), people_queries.get(play.person_id)
            with write(), pytest.raises(Conflict):
                sequences.keep(launch=db.session.get(Launch, play.launch_id), person=learner, posted=late, at=NOON)
            again = made.play(people["alice"])
            kept = sequences.of_launch(db.session.get(Launch, again.launch_id))
            assert (kept["goesOn"], kept["state"]) == (True, {"engine": {"suspended": "item2"}})
            assert made.use(3, "move").stayed == 1
            assert db.session.scalar(select(func.count()).select_from(SequencingState)) == 1

    def test_asks_the_database_no_more_for_many_attempts_than_for_one(self, app, people, course, count_queries):
        made = course(some("a", "b"))
        with app.app_context():
            made.upload({"a.html": "a", "b.html": "b2"})
            made.play(people["alice"]).begin()
            with count_queries() as one:
                assert made.use(2, "move").moved == 1
            made.use(1, "move")
            for name in ("bob", "charlie", "dana"):
                made.play(people[name]).begin()
            with count_queries() as many:
                assert made.use(2, "move").moved == 4
        assert len(many) <= len(one)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=PARTS, after=PARTS, players=st.dictionaries(st.sampled_from(["alice", "bob", "charlie"]), PARTS, max_size=3))
def test_moving_there_and_back_keeps_every_state(app, people, course, before, after, players):
    title = f"Course {next(COUNTER)}"
    made = course(some(*before), identifiers=before, title=title)
    with app.app_context():
        for person, parts in players.items():
            play = made.play(people[person])
            for sco in set(parts) & set(before):
                play.session = 0
                play.commit({"cmi.suspend_data": f"{person} in {sco}"}, sco=sco)
        was = stored()
        made.upload(some(*after), identifiers=after, title=f"{title}, corrected")
        made.use(2, "move")
        made.use(1, "move")
        assert stored() == was
