"""The properties of the formula Pulse (5.1 to 5.13, 5.15), as far as they concern the formula itself."""

from itertools import pairwise
from math import isclose

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from social.popularity import rules
from social.popularity.rules import DAY, HALF_LIVES, KINDS, Share, Total

H = HALF_LIVES["popular"]
START = 1_790_000_000.0

instants = st.integers(0, 400 * 86_400).map(lambda s: START + s)
recent = st.integers(311 * 86_400, 400 * 86_400).map(lambda s: START + s)
kinds = st.sampled_from(KINDS)
acts = st.tuples(st.integers(1, 8), st.sampled_from(["launch", "complete", "comment", "like", "unlike"]), instants)
logs = st.lists(acts, max_size=40, unique_by=lambda a: a[2])
NOW = START + 401 * DAY


def presences(log, *, owner=None) -> dict[int, dict[str, float]]:
    """Who is present in what kind since when, by the plain words of the definition."""
    found: dict[int, dict[str, float]] = {}
    people = {person for person, _kind, _at in log if person != owner}
    for person in people:
        mine = [(kind, at) for who, kind, at in log if who == person]
        here = {}
        for kind in ("launch", "complete", "comment"):
            if times := [at for k, at in mine if k == kind]:
                here[kind] = max(times)
        likes, unlikes = ([(at, 0) for k, at in mine if k == wanted] for wanted in ("like", "unlike"))
        since = rules.liked_since(likes, unlikes)
        if since is not None:
            here["like"] = since
        if here:
            found[person] = here
    return found


def totals(log, **options) -> dict[str, Total]:
    shares = [rules.shares(here) for here in presences(log, **options).values()]
    return {kind: Total.of(s[kind] for s in shares if kind in s) for kind in KINDS}


def pulse(log, *, at=NOW, published=START, half_life="popular", **options) -> float:
    key = getattr(rules.ranks(totals(log, **options), published=published), half_life)
    return rules.pulse(key, at=at, half_life=HALF_LIVES[half_life])


class TestTheFormula:
    @given(logs)
    def test_the_sort_key_is_the_formula_as_written(self, log):
        """By the definition, with the time in it, no logarithm: what an auditor with a spreadsheet would do."""
        expected = 1.0
        for kind, exponent in {"like": 0.35, "comment": 0.25, "complete": 0.20, "launch": 0.20}.items():
            n = 2 * 2 ** (-(NOW - START) / H)
            for here in presences(log).values():
                weight = 0.25 if kind == "like" and not {"launch", "complete"} & set(here) else 1.0
                n += weight * 2 ** (-(NOW - here[kind]) / H) if kind in here else 0.0
            expected *= n**exponent
        assert isclose(pulse(log), expected, rel_tol=1e-6)

    def test_a_new_item_has_a_pulse_of_two(self):
        assert isclose(pulse([], at=START), 2.0)

    def test_the_simulated_cases_keep_their_order(self):
        """SOCIAL.md 4: loved 15.4, mandatory 8.0, flame war 2.5, ring 2.4, one fan 2.3, brand new 2.0."""
        now = START + 300 * DAY

        def people(kind, count, *, ago, start=100):
            return [(start + i, kind, now - ago * DAY) for i in range(count)]

        def case(*groups, age):
            return pulse([a for g in groups for a in g], at=now, published=now - age * DAY)

        loved = case(
            people("launch", 40, ago=5), people("complete", 25, ago=5), people("comment", 12, ago=5), people("like", 15, ago=5), age=10
        )
        mandatory = case(
            people("launch", 400, ago=20), people("complete", 380, ago=20), people("comment", 1, ago=20), people("like", 2, ago=20), age=40
        )
        flames = case(people("comment", 2, ago=0), people("launch", 6, ago=0), people("like", 1, ago=0), age=0)
        ring = case(people("like", 10, ago=0), age=0)
        fan = case(*(people(kind, 1, ago=0) for kind in KINDS), age=2)
        new = case(age=0)
        assert loved > mandatory > flames > ring > new
        assert fan < 3.0


class TestProperties:
    @given(logs, st.sampled_from(["launch", "complete", "comment", "like"]), instants, st.sampled_from(["popular", "trending"]))
    def test_1_an_act_of_a_new_person_raises(self, log, kind, at, half_life):
        before = rules.ranks(totals(log), published=START)
        after = rules.ranks(totals([*log, (99, kind, at)]), published=START)
        assert getattr(after, half_life) >= getattr(before, half_life)
        assert after.all > before.all
        if NOW - at < 60 * DAY and half_life == "popular":
            assert pulse([*log, (99, kind, at)]) > pulse(log)

    @given(logs, st.sampled_from(["launch", "complete", "comment"]), instants, instants)
    def test_2_repeating_never_lowers(self, log, kind, once, again):
        before = [*log, (1, kind, once)]
        assert pulse([*before, (1, kind, again)]) >= pulse(before) * (1 - 1e-12)

    @given(st.lists(acts.map(lambda a: (1, a[1], a[2])), max_size=200, unique_by=lambda a: a[2]), instants)
    def test_3_one_person_adds_one_at_most(self, log, published):
        at = max([published, *(a[2] for a in log)])
        assert pulse(log, at=at, published=published) <= 3.0 + 1e-9
        fresh = [(p, k, published) for p, k, _ in log if k != "unlike"]
        assert pulse(fresh, at=published, published=published) <= 1.5 * 2.0 + 1e-9

    @given(logs)
    def test_4_like_then_unlike_is_as_before(self, log):
        assert pulse([*log, (99, "like", NOW - 2), (99, "unlike", NOW - 1)]) == pulse(log)

    @given(logs.flatmap(lambda log: st.tuples(st.just(log), st.permutations(log))))
    def test_5_order_of_arrival_is_irrelevant(self, both):
        log, shuffled = both
        assert pulse(shuffled) == pulse(log)

    @given(logs, st.integers(1, 90 * 86_400))
    def test_6_later_is_higher(self, log, seconds):
        later = [(p, k, at + seconds) for p, k, at in log]
        assert pulse(later, at=NOW + 90 * DAY) >= pulse(log, at=NOW + 90 * DAY)

    @given(logs)
    def test_6_half_is_left_after_a_half_life(self, log):
        assert isclose(pulse(log, at=NOW + H), pulse(log) / 2, rel_tol=1e-6)

    @given(logs, st.integers(1, 400 * 86_400))
    def test_7_of_equal_activity_the_newer_item_leads(self, log, seconds):
        assert pulse(log, published=START + seconds) > pulse(log, published=START)

    @given(logs, logs, st.integers(1, 4000))
    def test_8_order_never_changes_without_an_act(self, one, other, days):
        a, b = pulse(one), pulse(other)
        assume(not isclose(a, b, rel_tol=1e-6))
        later = NOW + days * DAY
        assert (pulse(one, at=later) > pulse(other, at=later)) == (a > b)

    @given(instants, st.floats(0, 10_000 * DAY))
    def test_9_the_future_is_clamped(self, stored, ahead):
        assert rules.clamped(stored + ahead, stored) == stored
        assert rules.clamped(stored - ahead, stored) == stored - ahead

    @given(logs)
    def test_10_the_owner_changes_nothing(self, log):
        others = [a for a in log if a[0] != 1]
        assert pulse(log, owner=1) == pulse(others)

    @given(logs, recent, instants)
    def test_11_a_verified_like_weighs_more_and_opening_later_upgrades_it(self, log, liked, opened):
        unverified = totals([*log, (99, "like", liked)])
        verified = totals([*log, (99, "like", liked), (99, "launch", opened)])
        assert verified["like"].weight == unverified["like"].weight + 0.75
        assert verified["like"].popular > unverified["like"].popular
        assert verified["like"].people == unverified["like"].people

    @given(logs, kinds, instants)
    def test_12_each_further_person_adds_no_more_than_the_one_before(self, log, kind, at):
        steps = [pulse(log + [(100 + i, kind, at) for i in range(n)]) for n in range(4)]
        gains = [later - earlier for earlier, later in pairwise(steps)]
        assert all(b <= a + 1e-9 for a, b in pairwise(gains))

    @given(st.lists(st.tuples(st.integers(1, 6), st.floats(0.1, 1), instants), max_size=30))
    @settings(max_examples=300)
    def test_13_growing_one_by_one_is_the_exact_sum(self, steps):
        total, held = Total(), {}
        for person, weight, at in steps:
            old = held.get(person)
            new = Share(max(weight, old.weight), max(at, old.at)) if old else Share(weight, at)
            total = total.grown(old, new)
            held[person] = new
        exact = Total.of(held.values())
        assert total.people == exact.people
        assert isclose(total.weight, exact.weight, abs_tol=1e-9)
        for name, half_life in HALF_LIVES.items():
            grown, summed = getattr(total, name), getattr(exact, name)
            assert (grown is None and summed is None) or abs(grown - summed) * half_life < 1e-2

    def test_13_a_share_that_shrinks_must_be_counted_again(self):
        assert Total().grown(Share(1.0, START), Share(0.25, START)) is None
        assert Total().grown(Share(1.0, START), Share(1.0, START - 1)) is None

    @given(logs)
    def test_nothing_ever_overflows_however_far_the_clock(self, log):
        assert 0.0 <= pulse(log, at=NOW + 100_000 * DAY) < 1e-100


class TestTheState:
    def test_liking_again_refreshes_nothing(self):
        assert rules.liked_since([(10.0, 1), (30.0, 3)], [(20.0, 2)]) == 10.0

    def test_the_latest_of_the_pair_decides_whatever_came_first(self):
        assert rules.liked_since([(10.0, 2)], [(20.0, 1)]) is None
        assert rules.liked_since([(20.0, 1)], [(10.0, 2)]) == 20.0

    def test_at_the_same_instant_the_place_in_the_log_decides(self):
        assert rules.liked_since([(10.0, 1)], [(10.0, 2)]) is None
        assert rules.liked_since([(10.0, 2)], [(10.0, 1)]) == 10.0

    def test_who_never_liked_does_not(self):
        assert rules.liked_since([], []) is None
        assert rules.liked_since([], [(1.0, 1)]) is None


class TestShown:
    @pytest.mark.parametrize(("count", "levels"), [(1, [3]), (2, [2, 4]), (5, [1, 2, 3, 4, 5]), (10, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])])
    def test_levels_are_fifths_of_the_catalogue(self, count, levels):
        keys = [float(i) for i in range(count)]
        thresholds = [keys[place] if place < count else float("inf") for place in rules.step_places(count)]
        assert [rules.level(key, thresholds, people=1) for key in keys] == levels

    def test_without_people_there_is_no_level(self):
        assert rules.level(1e12, [1.0, 2.0, 3.0, 4.0], people=0) == 0

    @pytest.mark.parametrize(("count", "restricted", "seen"), [(0, True, 0), (1, True, None), (2, True, None), (3, True, 3), (1, False, 1)])
    def test_one_or_two_people_of_a_restricted_item_are_a_few(self, count, restricted, seen):
        assert rules.shown(count, restricted=restricted) == seen
