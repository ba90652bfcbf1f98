"""Drawn covers: the same for ever, different from each other, harmless whatever the title."""

from uuid import NAMESPACE_URL, uuid5

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.covers import FAMILIES, PALETTES, cover_svg


def ids(count: int) -> list[str]:
    return [str(uuid5(NAMESPACE_URL, f"item {n}")) for n in range(count)]


def test_the_same_item_always_has_the_same_cover():
    assert cover_svg(ids(1)[0], "Fire safety") == cover_svg(ids(1)[0], "Fire safety")


def test_items_with_one_title_differ_and_a_new_title_changes_the_drawing():
    one, other = ids(2)
    assert cover_svg(one, "Fire safety") != cover_svg(other, "Fire safety")
    assert cover_svg(one, "Fire safety") != cover_svg(one, "First aid")


def test_a_hundred_items_use_every_palette_and_hardly_repeat():
    drawn = [cover_svg(uuid, "Fire safety") for uuid in ids(100)]
    grounds = {svg.split('fill="', 1)[1][:7] for svg in drawn}
    assert grounds == {palette[0] for palette in PALETTES}
    assert len(set(drawn)) == 100
    assert len(FAMILIES) == 7


@given(st.text(), st.text(max_size=40))
def test_any_title_gives_small_well_formed_shapes_without_text(title, uuid):
    svg = cover_svg(uuid, title)
    root = etree.fromstring(svg)
    names = {etree.QName(element).localname for element in root.iter()}
    assert names <= {"svg", "rect", "circle", "path", "g"}
    assert len(svg) < 16_000
