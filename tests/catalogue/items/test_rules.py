"""Fields of items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.items import rules


@pytest.mark.parametrize(
    ("given_text", "kept"), [("  a \t b\n", "a b"), ("a\x00b", "a b"), ("\u202eabc", "abc"), ("\u200b", ""), ("Œuvre", "Œuvre")]
)
def test_titles_are_one_printable_line(given_text, kept):
    assert rules.title(given_text) == kept


@pytest.mark.parametrize(
    ("tag", "kept"), [("FR", "fr"), ("fr-ca", "fr-CA"), ("zh-hant-tw", "zh-Hant-TW"), ("", None), (None, None), ("french!", ""), ("e", "")]
)
def test_language_tags(tag, kept):
    assert rules.language(tag) == kept


@pytest.mark.parametrize(
    ("minutes", "band"), [(None, None), (1, "short"), (4, "short"), (5, "medium"), (15, "long"), (59, "long"), (60, "longer")]
)
def test_bands(minutes, band):
    assert rules.band(minutes) == band


@given(st.text(max_size=400))
def test_cleaning_twice_is_cleaning_once(text):
    assert rules.title(rules.title(text)) == rules.title(text)
    assert rules.description(rules.description(text)) == rules.description(text)
    assert "\x00" not in rules.title(text) + rules.description(text)


def test_titles_sort_without_accents_or_capitals():
    assert sorted(["écran", "Eau", "zèbre", "Éclair"], key=rules.title_key) == ["Eau", "Éclair", "écran", "zèbre"]
