"""SCORM 1.2's prerequisites: what a script means (CAM 2.3.5.4), and that a misreading locks nobody out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.packages.prerequisites import Unreadable, holds, parse, rules_of
from scorm.packages.tree import Node, Organization

PARTS = {name: Node(name, name, f"{name}.html") for name in ("A", "B", "C", "D")}
STATUSES = ("passed", "completed", "failed", "incomplete", "not attempted")


def met(script: str, **statuses: str) -> bool:
    return holds(parse(script, {"a": PARTS["A"], **PARTS}), lambda part: statuses.get(part, "not attempted"))


def course(*nodes: Node) -> Organization:
    return Organization("o", "O", list(nodes))


def part(name: str, prerequisites: str = "", *children: Node, launch: str | None = "x.html") -> Node:
    return Node(name, name, launch, prerequisites=prerequisites, children=list(children))


class TestAScript:
    @pytest.mark.parametrize(
        ("script", "statuses", "answer"),
        [
            ("A", {}, False),
            ("A", {"A": "incomplete"}, False),
            ("A", {"A": "completed"}, True),
            ("A", {"A": "passed"}, True),
            ("A", {"A": "failed"}, False),
            ("A & B", {"A": "passed"}, False),
            ("A&B", {"A": "passed", "B": "completed"}, True),
            ("A | B", {"B": "passed"}, True),
            ("A & B | C", {"C": "passed"}, True),
            ("A & (B | C)", {"C": "passed"}, False),
            ("~A", {}, True),
            ("~A", {"A": "passed"}, False),
            ("~A & ~B", {"B": "passed"}, False),
            ("~(A | B)", {}, True),
            ('A = "passed"', {"A": "completed"}, False),
            ("A='passed'", {"A": "passed"}, True),
            ("A=P", {"A": "passed"}, True),
            ("A = Completed", {"A": "completed"}, True),
            ("A=not attempted", {}, True),
            ('A="n"', {"A": "incomplete"}, False),
            ('A <> "passed"', {"A": "failed"}, True),
            ("A<>f", {"A": "failed"}, False),
            ("2*{A, B, C}", {"A": "passed"}, False),
            ("2*{A, B, C}", {"A": "passed", "C": "completed"}, True),
            ('1*{A="passed", B & C}', {"B": "passed", "C": "passed"}, True),
            ("{A,B}", {"A": "passed"}, False),
            ("A AND (B or not C)", {"A": "passed"}, True),
            ("A && B", {"A": "passed", "B": "passed"}, True),
            ("A &amp; B", {"A": "passed", "B": "passed"}, True),
            ("a", {"A": "passed"}, True),
        ],
    )
    def test_means(self, script, statuses, answer):
        assert met(script, **statuses) is answer

    @pytest.mark.parametrize(
        "script", ["A &", "& A", "A B", "(A", "A)", "A = ", 'A = "done"', "2*A", "2*{A", "A ? B", "(" * 99 + "A" + ")" * 99, "A|" * 20_000]
    )
    def test_that_is_none_cannot_be_read(self, script):
        with pytest.raises(Unreadable):
            parse(script, PARTS)

    @given(st.text(alphabet="ABab&|~=<>*{}(),\"' 1nptd", max_size=40))
    @settings(max_examples=150, deadline=None)
    def test_of_whatever_signs_is_read_or_refused(self, script):
        try:
            condition = parse(script, PARTS)
        except Unreadable:
            return
        assert holds(condition, lambda _part: "passed") in (True, False)


class TestAChapter:
    CHAPTER = part("ch", "", part("A"), part("B"), launch=None)

    @pytest.mark.parametrize(
        ("script", "a", "b", "answer"),
        [
            ("ch", "completed", "not attempted", False),
            ("ch", "completed", "passed", True),
            ("ch=passed", "completed", "completed", False),
            ("ch=passed", "completed", "passed", True),
            ("ch=failed", "passed", "failed", True),
            ("ch=n", "not attempted", "not attempted", True),
            ("ch=incomplete", "completed", "not attempted", True),
            ("ch=incomplete", "completed", "passed", False),
        ],
    )
    def test_stands_as_its_parts_add_up(self, script, a, b, answer):
        found = rules_of(course(self.CHAPTER, part("last", script))).conditions["last"]
        assert holds(found, {"A": a, "B": b}.__getitem__) is answer

    def test_holds_its_own_condition_over_its_parts(self):
        found = rules_of(course(part("A"), part("B"), part("ch", "A", part("C"), part("D", "B"), launch=None))).conditions
        assert found == {"C": ["done", "A"], "D": ["of", 2, ["done", "A"], ["done", "B"]]}


class TestWhatLocksNobodyOut:
    @pytest.mark.parametrize(
        ("script", "code"),
        [("A +", "prerequisites.unreadable"), ("Z", "prerequisites.unknown_part"), ("B", "prerequisites.never")],
    )
    def test_is_open_and_said(self, script, code):
        rules = rules_of(course(part("A"), part("B", script)))
        assert rules.conditions == {}
        assert [problem[0] for problem in rules.problems] == [code]

    def test_parts_that_wait_for_each_other_are_open(self):
        rules = rules_of(course(part("A", "B"), part("B", "A"), part("C", "A")))
        assert {node.identifier for _code, node, _values in rules.problems} == {"A", "B", "C"}

    def test_a_part_that_closes_later_is_no_lock(self):
        assert rules_of(course(part("A"), part("B", "~A"))).problems == []

    def test_conditions_of_absurd_size_are_left_out(self):
        chapter = part("ch", "", *(part(f"p{n}") for n in range(400)), launch=None)
        rules = rules_of(course(chapter, *(part(f"q{n}", " & ".join(["ch"] * 100)) for n in range(5))))
        assert len(rules.conditions) <= 1

    @given(st.lists(st.text(alphabet="ABCD&|~()", max_size=12), min_size=4, max_size=4))
    @settings(max_examples=150, deadline=None)
    def test_whoever_does_all_that_is_open_reaches_every_part_that_asks_for_done_parts_only(self, scripts):
        """Without negation, doing what is open opens everything that has a condition at all."""
        nodes = [part(name, script.replace("~", "")) for name, script in zip("ABCD", scripts, strict=True)]
        conditions, done = rules_of(course(*nodes)).conditions, set()
        for _round in nodes:
            before = dict.fromkeys("ABCD", "not attempted") | dict.fromkeys(done, "passed")
            done |= {n.identifier for n in nodes if holds(conditions.get(n.identifier), before.__getitem__)}
        assert done == set("ABCD")
