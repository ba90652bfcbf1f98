"""Popularity as folded from the log: exact whatever happens, and computable by anybody who can read statements."""

import random
from datetime import timedelta
from math import isclose

import pytest
from sqlalchemy import select

from accounts.people import queries as people_queries
from accounts.people import service as accounts
from catalogue.items.acts import activity
from catalogue.items.models import Item
from catalogue.items.queries import get_visible
from core import clock
from core.db import db, write
from core.identity import person_agent
from lrs import projections
from lrs.statements import service as statements
from social.discussions import queries as talk
from social.discussions import service as discussions
from social.likes import service as likes
from social.popularity import queries, service
from social.popularity.models import PulsePresence, PulseTotal

ADL = "http://adlnet.gov/expapi/verbs/"
LEARNERS = ("alice", "bob", "dana", "ada")


class Scene:
    """People acting on items, as the application lets them."""

    def __init__(self, app, items, people, principal_of):
        self.app, self.items, self.people, self.principal_of = app, items, people, principal_of

    def say(self, who, verb, item="open", *, trust=None, mode=None, at=None) -> str:
        with self.app.app_context(), write():
            found = db.session.scalar(select(Item).where(Item.uuid == self.items[item]))
            person = self.people[who]
            said = {
                "actor": person_agent(uuid=person.uuid, name=person.name),
                "verb": {"id": verb if ":" in verb else ADL + verb},
                "object": activity(found),
            }
            said["timestamp"] = (at or clock.now()).isoformat()
            if mode:
                said["context"] = {"extensions": {"https://w3id.org/xapi/cmi5/context/extensions/launchmode": mode}}
            if trust is None:
                (made,) = statements.record(said)
            else:
                import orjson

                (made,) = statements.store([orjson.dumps(said)], authority=statements.own_authority(), version="1.0.3", trust=trust)
            return made

    def void(self, statement_id) -> None:
        with self.app.app_context(), write():
            target = {"objectType": "StatementRef", "id": statement_id}
            statements.record({"actor": statements.own_authority(), "verb": {"id": ADL + "voided"}, "object": target})

    def like(self, who, item="open", *, undo=False) -> None:
        with self.app.app_context(), write():
            by = self.principal_of(who)
            (likes.unlike if undo else likes.like)(by=by, item=get_visible(self.items[item], to=by))

    def comment(self, who, item="open") -> str:
        with self.app.app_context(), write():
            by = self.principal_of(who)
            return discussions.start(by=by, item=get_visible(self.items[item], to=by), body="Said.").uuid

    def care(self, verb, who, comment) -> None:
        with self.app.app_context(), write():
            by = self.principal_of(who)
            verb(by=by, comment=talk.get_comment(comment, to=by))

    def fold(self) -> None:
        with self.app.app_context():
            while projections.catch_up(limit_ms=1000):
                pass

    def rebuilt(self) -> dict:
        with self.app.app_context():
            projections.rebuild("popularity")
        return self.state(fold=False)

    def state(self, *, fold=True) -> dict:
        """Sort keys and totals of every item."""
        if fold:
            self.fold()
        with self.app.app_context():
            names = {uuid: name for name, uuid in self.items.items()}
            ranks = {names[i.uuid]: (i.rank_popular, i.rank_trending, i.rank_all) for i in db.session.scalars(select(Item))}
            totals = {(t.item_id, t.kind): (t.people, t.weight) for t in db.session.scalars(select(PulseTotal))}
            present = {(p.item_id, p.kind, p.person_id): p.at for p in db.session.scalars(select(PulsePresence))}
        return {"ranks": ranks, "totals": totals, "present": present}

    def counts(self, item="open") -> dict:
        self.fold()
        with self.app.app_context():
            found = db.session.scalar(select(Item).where(Item.uuid == self.items[item]))
            return queries.popularity_of([found], None)[found.id].counts


@pytest.fixture
def scene(app, items, people, principal_of):
    return Scene(app, items, people, principal_of)


def same(one: dict, other: dict) -> bool:
    """Equal, the sort keys to a thousandth of a second."""
    assert one["present"] == other["present"]
    assert one["totals"].keys() == other["totals"].keys()
    assert all(isclose(a, b, abs_tol=1e-9) for key in one["totals"] for a, b in zip(one["totals"][key], other["totals"][key], strict=True))
    assert one["ranks"].keys() == other["ranks"].keys()
    for name, keys in one["ranks"].items():
        assert all(isclose(a, b, rel_tol=0, abs_tol=1e-3) for a, b in zip(keys, other["ranks"][name], strict=True)), name
    return True


class TestCounting:
    def test_people_are_counted_not_acts(self, scene):
        for _ in range(5):
            scene.say("alice", "launched")
        scene.say("alice", "completed")
        scene.say("alice", "passed")
        scene.say("bob", "initialized")
        scene.comment("alice")
        scene.comment("alice")
        scene.like("alice")
        scene.like("bob")
        assert scene.counts() == {"launch": 2, "complete": 1, "comment": 1, "like": 2}

    def test_10_the_owner_changes_nothing(self, scene):
        before = scene.state()["ranks"]
        scene.say("erin", "launched")
        scene.say("erin", "completed")
        scene.comment("erin")
        scene.like("erin")
        assert scene.state()["ranks"] == before
        assert scene.counts() == {"launch": 0, "complete": 0, "comment": 0, "like": 0}

    @pytest.mark.parametrize("verb", ["http://activitystrea.ms/like", "http://activitystrea.ms/schema/1.0/like"])
    def test_every_spelling_of_liking_is_a_like(self, scene, verb):
        scene.say("alice", verb)
        assert scene.counts()["like"] == 1

    @pytest.mark.parametrize("mode", ["Browse", "Review", "review"])
    def test_looking_only_is_no_launch(self, scene, mode):
        scene.say("alice", "launched", mode=mode)
        assert scene.counts()["launch"] == 0

    def test_a_key_to_the_log_is_no_ballot(self, scene):
        scene.say("alice", "launched", trust="self")
        scene.say("alice", "commented", trust="launch")
        assert scene.counts() == {"launch": 0, "complete": 0, "comment": 0, "like": 0}
        scene.say("alice", "completed", trust="launch")
        assert scene.counts()["complete"] == 1

    def test_9_the_future_is_clamped_to_when_it_was_stored(self, app, scene, people):
        moment = clock.now()
        with clock.frozen(moment):
            scene.say("alice", "launched", at=moment + timedelta(days=4000))
            present = scene.state()["present"]
        assert max(present.values()) <= moment + timedelta(seconds=1)

    def test_11_opening_later_verifies_a_like(self, scene):
        scene.like("alice")
        unverified = scene.state()
        scene.say("alice", "launched")
        verified = scene.state()
        assert [w for (_, kind), (_, w) in unverified["totals"].items() if kind == "like"] == [0.25]
        assert [w for (_, kind), (_, w) in verified["totals"].items() if kind == "like"] == [1.0]
        assert same(verified, scene.rebuilt())

    def test_publishing_ranks_a_new_item_before_anybody_comes(self, scene):
        ranks = scene.state()["ranks"]
        assert ranks["open"][0] > 0
        assert ranks["draft"] == (0.0, 0.0, 0.0)

    def test_few_people_of_a_restricted_item_are_a_few(self, app, scene):
        scene.say("alice", "launched", "closed")
        scene.say("bob", "launched", "closed")
        assert scene.counts("closed")["launch"] is None
        scene.say("dana", "launched", "closed")
        assert scene.counts("closed")["launch"] == 3


class TestTakingBack:
    """5.14: what is taken back leaves the same as if it had never been."""

    def test_unlike_is_as_before_and_toggling_refreshes_nothing(self, scene):
        scene.say("bob", "launched")
        before = scene.state()
        scene.like("alice")
        first = scene.state()
        scene.like("alice", undo=True)
        assert same(scene.state(), before)
        scene.like("alice")
        assert same(scene.state(), first)

    def test_voiding_a_launch_falls_back_to_the_one_before(self, scene):
        scene.say("alice", "launched")
        before = scene.state()
        scene.void(scene.say("alice", "launched"))
        assert same(scene.state(), before)

    def test_voiding_after_it_was_folded(self, scene):
        before = scene.state()
        again = scene.say("alice", "launched")
        assert scene.state()["ranks"] != before["ranks"]
        scene.void(again)
        assert same(scene.state(), before)

    @pytest.mark.parametrize(
        ("verb", "undo", "who"), [(discussions.delete, discussions.restore, "alice"), (discussions.hide, discussions.show, "erin")]
    )
    def test_a_comment_taken_away_counts_no_more_until_it_is_back(self, scene, verb, undo, who):
        before = scene.state()
        uuid = scene.comment("alice")
        there = scene.state()
        scene.care(verb, who, uuid)
        assert same(scene.state(), before)
        scene.care(undo, who, uuid)
        assert same(scene.state(), there)

    def test_deleted_and_hidden_is_gone_until_both_are_undone(self, scene):
        uuid = scene.comment("alice")
        scene.care(discussions.delete, "alice", uuid)
        scene.care(discussions.hide, "erin", uuid)
        scene.care(discussions.restore, "alice", uuid)
        assert scene.counts()["comment"] == 0
        scene.care(discussions.show, "erin", uuid)
        assert scene.counts()["comment"] == 1

    def test_an_earlier_comment_still_counts(self, scene):
        scene.comment("alice")
        before = scene.state()
        scene.care(discussions.delete, "alice", scene.comment("alice"))
        assert same(scene.state(), before)

    def test_a_disabled_account_counts_no_more_until_it_is_back(self, app, scene, people):
        scene.say("bob", "launched")
        without = scene.state()
        scene.say("alice", "launched")
        scene.comment("alice")
        scene.like("alice")
        everyone = scene.state()
        for switch, expected in ((accounts.disable, without), (accounts.enable, everyone)):
            with app.app_context(), write():
                switch(people_queries.by_uuid(people["alice"].uuid))
            with app.app_context(), write():
                assert service.exclude_disabled() == 1
                assert service.exclude_disabled() == 0
            found = scene.state()
            assert same(found, expected | {"present": found["present"]})

    def test_what_arrives_late_from_a_disabled_account_counts_when_it_is_back(self, app, scene, people):
        def switch(verb):
            with app.app_context(), write():
                verb(people_queries.by_uuid(people["alice"].uuid))
            with app.app_context(), write():
                service.exclude_disabled()

        switch(accounts.disable)
        before = scene.state()
        scene.say("alice", "launched")
        assert scene.state()["ranks"] == before["ranks"]
        assert scene.counts()["launch"] == 0
        switch(accounts.enable)
        assert scene.counts()["launch"] == 1

    def test_15_what_happens_beside_a_restricted_item_moves_no_other(self, scene):
        before = scene.state()["ranks"]["open"]
        scene.say("alice", "launched", "closed")
        scene.comment("bob", "closed")
        scene.like("dana", "closed")
        after = scene.state()["ranks"]
        assert after["open"] == before


def scramble(scene, moment) -> None:
    """Fifty acts of all kinds, some taken back, folded now and then."""
    chance = random.Random(7)
    comments, voidable = [], []
    for n in range(50):
        with clock.frozen(moment + timedelta(hours=7 * n)):
            who, item = chance.choice(LEARNERS), chance.choice(["open", "closed"])
            what = chance.choice(["launched", "completed", "like", "unlike", "comment", "delete", "restore", "hide", "show", "void", "old"])
            if what in ("launched", "completed"):
                voidable.append(scene.say(who, what, item))
            elif what == "old":
                voidable.append(scene.say(who, "launched", item, at=moment - timedelta(days=9)))
            elif what in ("like", "unlike"):
                scene.like(who, item, undo=what == "unlike")
            elif what == "comment" or not comments:
                comments.append((who, scene.comment(who, item)))
            elif what in ("delete", "restore"):
                author, uuid = chance.choice(comments)
                scene.care(getattr(discussions, what), author, uuid)
            elif what in ("hide", "show"):
                scene.care(getattr(discussions, what), "erin", chance.choice(comments)[1])
            elif voidable:
                scene.void(voidable.pop(chance.randrange(len(voidable))))
            if chance.random() < 0.5:
                scene.fold()


class TestFromTheLogAlone:
    def test_13_folding_one_by_one_equals_a_rebuild(self, scene):
        scramble(scene, clock.now())
        assert same(scene.state(), scene.rebuilt())

    def test_a_tool_that_reads_statements_computes_the_same_ranking(self, app, scene, client, api_key, people):
        """Nothing but GET /xapi/statements, the items' own IRIs and owner, and the formula as it is published."""
        scramble(scene, clock.now())
        ranks = scene.state()["ranks"]
        key, secret = api_key("all/read")
        found, url = [], "/xapi/statements?ascending=true&limit=30"
        while url:
            answer = client.get(url, auth=(key, secret), headers={"X-Experience-API-Version": "1.0.3"})
            assert answer.status_code == 200, answer.text
            found += answer.json["statements"]
            url = answer.json.get("more")
        audited = Audit(found, owner=people["erin"].uuid)
        for name in ("open", "closed"):
            iri = f"http://localhost/id/item/{scene.items[name]}"
            assert audited.key(iri, days=30) == pytest.approx(ranks[name][0], abs=0.01), name
            assert audited.key(iri, days=7) == pytest.approx(ranks[name][1], abs=0.01), name


class Audit:
    """A reporting tool's own reading of the formula: plain dictionaries, no code of the product."""

    LIKE, UNLIKE = "https://w3id.org/xapi/acrossx/verbs/liked", "http://activitystrea.ms/unlike"
    TALK = {
        "https://w3id.org/xapi/acrossx/verbs/posted",
        "http://adlnet.gov/expapi/verbs/commented",
        "http://id.tincanapi.com/verb/replied",
    }

    def __init__(self, statements, *, owner):
        self.owner = owner
        self.statements = statements  # voided ones are not among what GET /statements answers

    def key(self, iri, *, days) -> float:
        from datetime import datetime
        from math import log2

        half_life = days * 86_400.0
        published = None
        gone, hidden, words, here, opinions = set(), set(), {}, {}, {}
        for s in self.statements:
            verb, person = s["verb"]["id"], s["actor"].get("account", {}).get("name")
            at = min(datetime.fromisoformat(s["timestamp"]).timestamp(), datetime.fromisoformat(s["stored"]).timestamp())
            around = s.get("context", {}).get("contextActivities", {})
            about = {s["object"]["id"], *(a["id"] for a in around.get("grouping", []))}
            if iri not in about:
                continue
            comment = next((i for i in (s["object"]["id"], *(a["id"] for a in around.get("other", []))) if "/id/comment/" in i), None)
            if verb.endswith("/verbs/published") and published is None:
                published = at
            elif verb in (ADL + "launched", ADL + "initialized"):
                here["launch", person] = max(at, here.get(("launch", person), at))
            elif verb in (ADL + "completed", ADL + "passed"):
                here["complete", person] = max(at, here.get(("complete", person), at))
            elif verb in self.TALK:
                words.setdefault(person, []).append((comment, at))
            elif verb == "http://activitystrea.ms/delete":
                gone.add(comment)
            elif verb.endswith("/id/verb/restored"):
                gone.discard(comment)
            elif verb.endswith("/id/verb/hidden"):
                hidden.add(comment)
            elif verb.endswith("/id/verb/shown"):
                hidden.discard(comment)
            elif verb in (self.LIKE, self.UNLIKE) and s["object"]["id"] == iri:
                opinions.setdefault(person, []).append((at, verb))
        for person, said in words.items():
            if times := [at for comment, at in said if comment not in gone | hidden]:
                here["comment", person] = max(times)
        for person, changes in opinions.items():
            if max(changes)[1] == self.LIKE:
                here["like", person] = min(at for at, verb in changes if verb == self.LIKE)
        product = 1.0
        for kind, exponent in {"like": 0.35, "comment": 0.25, "complete": 0.20, "launch": 0.20}.items():
            number = 2.0
            for (k, person), at in here.items():
                opened = ("launch", person) in here or ("complete", person) in here
                if k == kind and person != self.owner:
                    number += (1.0 if kind != "like" or opened else 0.25) * 2 ** ((at - published) / half_life)
            product *= number**exponent
        return published + half_life * log2(product)


class TestCards:
    def test_a_page_of_cards_costs_two_queries(self, app, scene, count_queries):
        scene.say("alice", "launched")
        scene.fold()
        with app.app_context():
            found = list(db.session.scalars(select(Item)))
            with count_queries() as asked:
                queries.popularity_of(found, None)
        assert len(asked) == 2

    def test_the_words_say_what_the_numbers_say(self, app, scene):
        scene.say("alice", "launched")
        scene.like("alice")
        scene.fold()
        with app.app_context():
            found = {i.uuid: i for i in db.session.scalars(select(Item))}
            cards = queries.popularity_of(list(found.values()), None)
            busy, empty = cards[found[scene.items["open"]].id], cards[found[scene.items["closed"]].id]
        assert busy.people == ["1 started", "1 like"]
        assert busy.level == 3
        assert (empty.level, empty.people) == (0, ["Be the first"])
