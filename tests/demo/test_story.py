"""The script of the demonstration hangs together, and its story is told in the order of time."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.playing import parts_of
from demo.script import OWN_COURSES, script
from demo.story import DAYS, Like, Play, Say, tell

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def acts():
    return tell(script(), now=NOW)


class TestScript:
    def test_is_a_company_with_trainers_and_much_talk(self):
        told = script()
        assert len(told.people) >= 25
        assert {role.trains for role in told.people.values()} >= set(told.groups)
        assert sum(1 + len(talk.replies) for talk in told.talks) > 100
        assert {group for role in told.people.values() for group in role.groups} == set(told.groups)

    def test_every_course_of_ours_is_in_the_catalogue(self):
        folders = {piece.folder for piece in script().pieces.values()}
        assert {path for path in OWN_COURSES.iterdir() if path.is_dir()} <= folders


class TestTell:
    def test_the_same_story_every_time(self, acts):
        assert tell(script(), now=NOW) == acts
        later = tell(script(), now=NOW + timedelta(days=1))
        assert {act.key for act in later} >= {act.key for act in acts if not isinstance(act, Play)}

    def test_in_the_order_of_time_within_sixty_days(self, acts):
        moments = [act.at for act in acts]
        assert moments == sorted(moments)
        assert NOW - timedelta(days=DAYS) < moments[0]
        assert moments[-1] < NOW

    def test_each_act_has_a_key_of_its_own(self, acts):
        assert len({act.key for act in acts}) == len(acts)

    def test_nobody_speaks_of_what_they_have_not_opened(self, acts):
        told, opened = script(), set()
        for act in acts:
            if isinstance(act, Play):
                opened.add((act.who, act.item))
            elif isinstance(act, Say) and told.people[act.who].role in ("learner", "trainer"):
                piece = told.pieces[act.talk.item]
                assert (act.who, act.talk.item) in opened or act.who == piece.owner

    def test_nothing_happens_to_an_item_before_it_is_there(self, acts):
        for act in acts:
            piece = script().pieces[act.talk.item if isinstance(act, Say) else act.item]
            assert act.at >= NOW - timedelta(days=DAYS - piece.day)

    def test_only_the_group_plays_what_is_shown_to_a_group(self, acts):
        told = script()
        warehouse = {key for key, role in told.people.items() if "warehouse" in (*role.groups, role.trains)}
        assert {act.who for act in acts if isinstance(act, Play | Like) and act.item == "handover"} <= warehouse

    def test_nobody_likes_their_own_words(self, acts):
        for act in acts:
            if isinstance(act, Like) and act.talk:
                assert act.who != (act.talk.opening, *act.talk.replies)[act.number].by


class TestQuestions:
    def test_of_every_course_have_a_right_answer_and_another_that_is_wrong(self):
        for piece in script().pieces.values():
            for part in parts_of(piece.folder) if piece.folder else ():
                for question in part.questions:
                    assert question.text
                    assert question.wrong != question.right
                    if question.type == "choice":
                        assert {*question.right, *question.wrong} <= set(question.options)
