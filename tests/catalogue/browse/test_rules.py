"""Addresses of catalogue pages, and the counts beside the filters."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from catalogue.browse import rules
from catalogue.browse.rules import Cell, Filters

words = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)


class TestRead:
    @given(st.lists(st.tuples(st.sampled_from(["q", "theme", "kind", "language", "duration", "sort", "page", "x"]), words), max_size=12))
    def test_any_query_string_is_read_and_says_itself_again(self, pairs):
        filters = rules.read(MultiDict(pairs))
        assert rules.read(MultiDict(parse_qsl(filters.query()))) == filters

    def test_nonsense_is_left_out(self):
        filters = rules.read(MultiDict([("sort", "id;drop"), ("page", "-3"), ("duration", "weekly"), ("kind", ""), ("q", "a\x00b  c")]))
        assert filters == Filters(q="ab c")

    def test_pages_are_bounded(self):
        assert [rules.page_number(t) for t in ("0", "7", "٣", "999999999", "1e3", "")] == [1, 7, 1, rules.MAX_PAGE, 1, 1]

    def test_a_toggle_is_undone_by_a_second_and_goes_to_the_first_page(self):
        filters = Filters(kinds=("video",), page=4)
        assert filters.toggled("kinds", "scorm") == "kind=video&kind=scorm"
        assert filters.toggled("kinds", "video") == ""


cells = st.lists(
    st.builds(
        Cell,
        kind=st.sampled_from(["scorm", "video"]),
        theme_id=st.sampled_from([None, 1, 2, 3]),
        language=st.sampled_from([None, "en", "fr"]),
        duration=st.sampled_from([None, "short", "long"]),
        count=st.integers(1, 5),
    ),
    max_size=25,
)
filters = st.builds(
    Filters,
    kinds=st.sampled_from([(), ("scorm",), ("scorm", "video")]),
    languages=st.sampled_from([(), ("fr",), ("en", "fr")]),
    durations=st.sampled_from([(), ("short",)]),
)
themes = st.sampled_from([None, frozenset(), frozenset({1}), frozenset({1, 2})])


def matches(cell, chosen, theme_ids, *, except_for=""):
    return all(
        (
            except_for == "kind" or not chosen.kinds or cell.kind in chosen.kinds,
            except_for == "theme" or theme_ids is None or cell.theme_id in theme_ids,
            except_for == "language" or not chosen.languages or cell.language in chosen.languages,
            except_for == "duration" or not chosen.durations or cell.duration in chosen.durations,
        )
    )


class TestCount:
    @given(cells, filters, themes)
    def test_every_count_is_what_choosing_it_would_show(self, found, chosen, theme_ids):
        counts = rules.count(found, chosen, theme_ids)
        assert counts.total == sum(c.count for c in found if matches(c, chosen, theme_ids))
        for kind in ("scorm", "video"):
            expected = sum(c.count for c in found if c.kind == kind and matches(c, chosen, theme_ids, except_for="kind"))
            assert counts.kinds.get(kind, 0) == expected
        for theme in (1, 2, 3):
            expected = sum(c.count for c in found if c.theme_id == theme and matches(c, chosen, theme_ids, except_for="theme"))
            assert counts.themes.get(theme, 0) == expected
        for language in ("en", "fr"):
            expected = sum(c.count for c in found if c.language == language and matches(c, chosen, theme_ids, except_for="language"))
            assert counts.languages.get(language, 0) == expected
