"""Threads and comments: the verbs, their statements, who may do what."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from catalogue.items.queries import get_visible
from core import clock
from core.db import db, write
from core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from social.discussions import queries, rules, service
from social.discussions.models import Comment, Thread


@pytest.fixture
def start(app, items, principal_of):
    """``start("alice")`` begins a thread and answers the uuid of its opening comment."""

    def begin(who="alice", item="open", body="What about lithium?", **fields) -> str:
        with app.app_context(), write():
            by = principal_of(who)
            return service.start(by=by, item=get_visible(items[item], to=by), body=body, **fields).uuid

    return begin


@pytest.fixture
def reply(app, principal_of):
    """``reply("bob", comment)`` answers in the thread of a comment; gives the uuid of the reply."""

    def answer(who, comment, body="Use sand.", **fields) -> str:
        with app.app_context(), write():
            by = principal_of(who)
            return service.reply(by=by, thread=queries.get_comment(comment, to=by).thread, body=body, **fields).uuid

    return answer


@pytest.fixture
def act(app, principal_of):
    """``act(service.edit, "alice", comment, body=…)``."""

    def do(verb, who, comment, **fields):
        with app.app_context(), write():
            by = principal_of(who)
            verb(by=by, comment=queries.get_comment(comment, to=by), **fields)

    return do


@pytest.fixture
def read(app, principal_of):
    """``read("bob", comment)`` → the comment as bob sees it."""

    def see(who, comment) -> queries.Post:
        with app.app_context():
            return queries.post(comment, to=principal_of(who))

    return see


class TestStart:
    def test_a_titled_thread_is_posted(self, app, start, log, items, people):
        uuid = start(title="  Batteries \n in  fire ", body="What about **lithium**?\r\n")
        (said,) = log("posted")
        assert said["actor"]["account"]["name"] == people["alice"].uuid
        assert said["object"]["definition"]["type"] == "http://id.tincanapi.com/activitytype/forum-topic"
        assert said["object"]["definition"]["name"] == {"en": "Batteries in fire"}
        assert said["result"]["response"] == "What about **lithium**?"
        context = said["context"]["contextActivities"]
        assert context["grouping"][0]["id"].endswith(f"/id/item/{items['open']}")
        assert context["other"][0]["id"].endswith(f"/id/comment/{uuid}")
        assert context["category"][0]["id"].endswith("/id/profile/social")

    def test_an_untitled_one_is_a_comment_on_the_item(self, start, log, items):
        start()
        (said,) = log("commented")
        assert said["object"]["id"].endswith(f"/id/item/{items['open']}")
        assert said["context"]["contextActivities"]["parent"][0]["definition"]["type"].endswith("forum-topic")

    def test_what_is_said_beside_a_restricted_item_stays_out_of_the_log(self, start, reply, act, log):
        uuid = start(item="closed", title="Canary title", body="Canary text")
        reply("bob", uuid, body="Canary reply")
        act(service.edit, "alice", uuid, body="Canary edit")
        said = log("posted") + log("replied") + log("edited")
        assert len(said) == 3
        assert all("result" not in s and "Canary t" not in str(s) for s in said)

    @pytest.mark.parametrize(
        ("fields", "wrong"),
        [
            ({"body": " \n"}, "body"),
            ({"body": "x" * 20_001}, "body"),
            ({"body": "x", "title": "y" * 201}, "title"),
            ({"body": "\x00"}, "body"),
        ],
    )
    def test_what_cannot_be_posted_leaves_nothing(self, app, start, log, fields, wrong):
        with pytest.raises(Invalid) as refused:
            start(**fields)
        assert list(refused.value.fields) == [wrong]
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Thread)) == 0
        assert log("commented") == log("posted") == []

    def test_the_same_form_twice_is_one_thread(self, app, start, log):
        assert start(submission="form-1") == start(submission="form-1")
        assert len(log("commented")) == 1
        assert start(submission="form-2") != start(submission="form-1")

    def test_a_form_without_a_key_or_with_a_long_one(self, start):
        assert start(submission="") != start(submission="")
        assert start(submission="x" * 5000) == start(submission="x" * 5000)

    def test_another_s_form_key_is_no_one_else_s(self, start):
        assert start("alice", submission="form-1") != start("bob", submission="form-1")

    def test_a_flood_is_stopped_and_ends_with_time(self, start, log):
        moment = clock.now()
        with clock.frozen(moment):
            for _ in range(rules.FLOOD_LIMIT):
                start()
            with pytest.raises(TooMany):
                start()
            start("bob")
        assert len(log("commented")) == rules.FLOOD_LIMIT + 1
        with clock.frozen(moment + rules.FLOOD_WINDOW + timedelta(seconds=1)):
            start()

    def test_an_outsider_finds_no_restricted_item(self, start):
        with pytest.raises(NotFound):
            start("charlie", item="closed")
        with pytest.raises(NotFound):
            start("alice", item="draft")


class TestReply:
    def test_a_reply_is_replied_in_its_thread(self, start, reply, log):
        opening = start(title="Batteries")
        uuid = reply("bob", opening)
        (said,) = log("replied")
        (topic,) = log("posted")
        assert said["object"]["id"].endswith(f"/id/comment/{uuid}")
        assert said["object"]["definition"]["type"].endswith("forum-reply")
        assert said["context"]["contextActivities"]["parent"][0]["id"] == topic["object"]["id"]

    def test_an_outsider_cannot_reply(self, app, start, reply):
        opening = start(item="closed")
        with pytest.raises(NotFound):
            reply("charlie", opening)

    def test_a_thread_rises_when_somebody_writes(self, app, start, reply, items, principal_of):
        first, second = start(body="one"), start(body="two")
        reply("bob", first)
        with app.app_context():
            alice = principal_of("alice")
            talk = queries.conversations(get_visible(items["open"], to=alice), to=alice)
            assert [c.opening.comment.uuid for c in talk.entries] == [first, second]
            assert [c.replies for c in talk.entries] == [1, 0]


class TestEdit:
    def test_the_old_text_is_kept_and_the_act_recorded(self, app, start, act, read, log, principal_of):
        uuid = start(title="Batteries", body="old")
        act(service.edit, "alice", uuid, body="new", title="Cells")
        assert read("bob", uuid).text == "new"
        with app.app_context():
            comment = queries.get_comment(uuid, to=principal_of("bob"))
            assert [(v.title, v.body) for v in queries.history(comment)] == [("Batteries", "old")]
            assert comment.thread.title == "Cells"
        (said,) = log("edited")
        assert said["result"]["response"] == "new"

    def test_the_mark_shows_after_the_grace(self, start, act, read):
        moment = clock.now()
        with clock.frozen(moment):
            early, late = start(body="one"), start(body="two")
        with clock.frozen(moment + timedelta(minutes=4)):
            act(service.edit, "alice", early, body="one!")
        with clock.frozen(moment + timedelta(minutes=6)):
            act(service.edit, "alice", late, body="two!")
        assert not read("bob", early).edited
        assert read("bob", late).edited

    def test_saving_the_same_text_is_no_edit(self, start, act, log):
        uuid = start(body="same")
        act(service.edit, "alice", uuid, body="same\r\n")
        assert log("edited") == []

    def test_only_the_author_edits(self, start, act):
        uuid = start()
        for who in ("bob", "erin", "ada"):
            with pytest.raises(Forbidden):
                act(service.edit, who, uuid, body="mine now")

    def test_a_topic_keeps_a_title_and_a_comment_gets_none(self, start, act):
        topic, comment = start(title="Batteries"), start()
        with pytest.raises(Invalid):
            act(service.edit, "alice", topic, body="x", title="")
        with pytest.raises(Invalid):
            act(service.edit, "alice", comment, body="x", title="Now a topic")

    def test_what_was_removed_is_not_edited(self, start, act):
        uuid = start()
        act(service.delete, "alice", uuid)
        with pytest.raises(Conflict):
            act(service.edit, "alice", uuid, body="again")


class TestDelete:
    def test_delete_restore_delete_are_three_acts(self, start, act, read, log):
        uuid = start()
        act(service.delete, "alice", uuid)
        assert read("bob", uuid).text is None
        act(service.delete, "alice", uuid)
        act(service.restore, "alice", uuid)
        act(service.restore, "alice", uuid)
        assert read("bob", uuid).text == "What about lithium?"
        act(service.delete, "alice", uuid)
        assert len(log("/delete")) == 2
        assert len(log("/restored")) == 1

    def test_only_the_author_deletes_and_restores(self, start, act):
        uuid = start()
        with pytest.raises(Forbidden):
            act(service.delete, "erin", uuid)
        act(service.delete, "alice", uuid)
        with pytest.raises(Forbidden):
            act(service.restore, "bob", uuid)

    def test_a_deleted_reply_leaves_the_thread_and_its_count(self, app, start, reply, act, items, principal_of):
        opening = start()
        gone, kept = reply("bob", opening), reply("bob", opening, body="Or water mist.")
        act(service.delete, "bob", gone)
        with app.app_context():
            alice = principal_of("alice")
            thread = queries.get_comment(kept, to=alice).thread
            _first, replies = queries.conversation(thread, to=alice)
            assert [p.comment.uuid for p in replies.entries] == [kept]
            assert queries.conversation_of(thread, to=alice).replies == 1

    def test_a_thread_of_which_nothing_is_left_is_not_listed(self, app, start, act, items, principal_of):
        act(service.delete, "alice", start())
        with app.app_context():
            alice = principal_of("alice")
            assert queries.conversations(get_visible(items["open"], to=alice), to=alice).total == 0


class TestModeration:
    def test_the_item_s_author_and_administrators_hide_and_show(self, start, act, read, log):
        uuid = start()
        act(service.hide, "erin", uuid)
        assert read("bob", uuid).text is None
        assert read("alice", uuid).text == read("ada", uuid).text == "What about lithium?"
        act(service.show, "ada", uuid)
        assert read("bob", uuid).text == "What about lithium?"
        assert len(log("/hidden")) == len(log("/shown")) == 1

    def test_nobody_else_does(self, start, act):
        uuid = start()
        for who in ("alice", "bob", "dana", "charlie"):
            with pytest.raises(Forbidden):
                act(service.hide, who, uuid)
            with pytest.raises(Forbidden):
                act(service.show, who, uuid)

    def test_a_hidden_thread_is_listed_for_those_who_may_read_it_only(self, app, start, act, items, principal_of):
        act(service.hide, "erin", start())
        with app.app_context():
            seen = {
                who: queries.conversations(get_visible(items["open"], to=principal_of(who)), to=principal_of(who)).total
                for who in ("alice", "bob", "erin", "ada")
            }
        assert seen == {"alice": 1, "bob": 0, "erin": 1, "ada": 1}


class TestReading:
    def test_an_outsider_sees_nothing_of_a_restricted_item_anywhere(self, app, start, reply, people, principal_of):
        uuid = start(item="closed", title="Canary")
        reply("bob", uuid)
        start("alice", body="In the open")
        with app.app_context():
            charlie = principal_of("charlie")
            with pytest.raises(NotFound):
                queries.get_comment(uuid, to=charlie)
            assert [c.body for c in queries.latest(charlie)] == ["In the open"]
            total, comments = queries.contributions(people["alice"].id, to=charlie)
            assert (total, [c.body for c in comments]) == (1, ["In the open"])
            assert len(queries.latest(principal_of("bob"))) == 3

    def test_removed_comments_are_not_among_the_latest(self, app, start, act, principal_of, people):
        deleted, hidden = start(body="deleted"), start(body="hidden")
        act(service.delete, "alice", deleted)
        act(service.hide, "erin", hidden)
        with app.app_context():
            assert queries.latest(principal_of("bob")) == []
            assert queries.contributions(people["alice"].id, to=principal_of("bob")) == (0, [])

    def test_the_permalink_knows_its_page(self, app, start, reply, principal_of):
        moment = clock.now()
        opening = start()
        replies = []
        for n in range(queries.REPLIES_A_PAGE + 1):
            with clock.frozen(moment + timedelta(minutes=n)):
                replies.append(reply("bob", opening))
        with app.app_context():
            bob = principal_of("bob")
            pages = [queries.page_of(queries.get_comment(uuid, to=bob)) for uuid in (opening, replies[0], replies[-2], replies[-1])]
        assert pages == [1, 1, 1, 2]

    def test_lists_cost_the_same_number_of_queries_however_long(self, app, start, reply, items, people, principal_of, count_queries):
        moment = clock.now()

        def cost() -> tuple[int, ...]:
            with app.app_context():
                bob = principal_of("bob")
                item = get_visible(items["open"], to=bob)
                with count_queries() as listing:
                    page = queries.conversations(item, to=bob)
                thread = page.entries[0].thread
                with count_queries() as reading:
                    queries.conversation(thread, to=bob)
                with count_queries() as home:
                    [(c.author.name, c.thread.item.title) for c in queries.latest(bob)]
                with count_queries() as profile:
                    [(c.author.name, c.thread.item.title) for c in queries.contributions(people["alice"].id, to=bob)[1]]
            return len(listing), len(reading), len(home), len(profile)

        reply("bob", start())
        few = cost()
        for n in range(1, 8):
            with clock.frozen(moment + timedelta(minutes=n)):
                reply("bob", start(title=f"Topic {n}"))
        assert cost() == few


class TestTogether:
    def test_a_statement_is_written_exactly_when_the_row_is(self, app, items, principal_of, log):
        with app.app_context():
            alice = principal_of("alice")

            def begin_and_fail():
                with write():
                    service.start(by=alice, item=get_visible(items["open"], to=alice), body="lost")
                    raise RuntimeError("power cut")

            with pytest.raises(RuntimeError, match="power cut"):
                begin_and_fail()
            assert db.session.scalar(select(func.count()).select_from(Comment)) == 0
        assert log("commented") == []
