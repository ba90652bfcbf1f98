"""How satisfaction rises from units to blocks to the course."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scorm.cmi5 import rules
from scorm.cmi5.satisfaction import Satisfied, satisfied
from scorm.packages.cmi5.structure import AU, BLOCK, MOVE_ON, Part


@st.composite
def trees(draw) -> list[Part]:
    """Parts in reading order; every block holds at least one unit or block."""
    shape = st.recursive(st.just(None), lambda inner: st.lists(inner, min_size=1, max_size=4), max_leaves=15)
    parts: list[Part] = []

    def put(node, parent):
        number = len(parts)
        parts.append(Part(AU if node is None else BLOCK, f"urn:{number}", {}, {}, parent))
        for child in node or ():
            put(child, number)

    for top in draw(st.lists(shape, min_size=1, max_size=4)):
        put(top, None)
    return parts


def units_below(parts: list[Part], block: int | None) -> set[int]:
    """Every unit somewhere inside, found the long way round."""
    found = set()
    for number, part in enumerate(parts):
        above = part.parent
        while above is not None and above != block:
            above = parts[above].parent
        if part.kind == AU and (above == block or block is None):
            found.add(number)
    return found


@st.composite
def courses(draw):
    parts = draw(trees())
    units = [number for number, part in enumerate(parts) if part.kind == AU]
    return parts, draw(st.sets(st.sampled_from(units)))


@settings(max_examples=60, deadline=None)
@given(courses())
def test_a_block_is_satisfied_exactly_when_every_unit_in_it_is_met(course):
    parts, met = course
    found = satisfied(parts, met)
    blocks = {number for number, part in enumerate(parts) if part.kind == BLOCK}
    assert set(found.blocks) == {block for block in blocks if units_below(parts, block) <= met}
    assert found.course == (units_below(parts, None) <= met)


@settings(max_examples=40, deadline=None)
@given(courses())
def test_inner_blocks_are_told_before_those_that_hold_them(course):
    parts, met = course
    order = {block: place for place, block in enumerate(satisfied(parts, met).blocks)}
    for block in order:
        above = parts[block].parent
        assert above not in order or order[block] < order[above]


@settings(max_examples=40, deadline=None)
@given(courses())
def test_whatever_the_order_in_which_units_are_met_each_block_is_told_once(course):
    parts, _met = course
    told: list = []
    before = Satisfied()
    met: set[int] = set()
    for number in sorted(units_below(parts, None), key=lambda n: hash((n, len(parts)))):
        met.add(number)
        after = satisfied(parts, met)
        new = after.since(before)
        told += [*new.blocks, *(["course"] if new.course else [])]
        before = after
    assert sorted(map(str, told)) == sorted([*(str(n) for n, p in enumerate(parts) if p.kind == BLOCK), "course"])


def test_a_waived_unit_is_met_whatever_it_asks_for():
    assert all(rules.is_met(move_on, rules.Unit(waived=True)) for move_on in MOVE_ON)
