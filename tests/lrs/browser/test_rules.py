"""What an address of the browser means, and how it is written again."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrs.browser.rules import SWITCHES, TEXTS, folded, like, plain, read, shortened

PARIS_IN_SUMMER = timedelta(hours=2)


def in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def in_paris(moment: datetime) -> datetime:
    return in_utc(moment - PARIS_IN_SUMMER)


def seq(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


@given(
    st.dictionaries(st.sampled_from(TEXTS), st.text(max_size=80)),
    st.sets(st.sampled_from(SWITCHES)),
    st.none() | st.integers(0, 10**17 - 1),
)
def test_an_address_is_read_as_it_was_written(texts, switches, before):
    filters = read({**texts, **dict.fromkeys(switches, "1"), "before": str(before or "")}, in_utc)
    again = read(dict(parse_qsl(filters.to(before=filters.before))), in_utc)
    assert again == filters


@given(st.dictionaries(st.sampled_from([*TEXTS, *SWITCHES, "before", "after", "other"]), st.text()))
def test_no_address_is_too_strange(args):
    read(args, in_utc).to()


def test_a_day_is_the_readers_day():
    filters = read({"from": "2026-07-01", "to": "2026-07-01"}, in_paris)
    assert filters.since == seq("2026-06-30T22:00:00+00:00") - 1
    assert filters.until == seq("2026-07-01T22:00:00+00:00") - 1


def test_a_moment_may_bring_its_zone():
    filters = read({"from": "2026-07-01T08:00:00Z", "to": "2026-07-01T08:00"}, in_paris)
    assert filters.since == seq("2026-07-01T08:00:00+00:00") - 1
    assert filters.until == seq("2026-07-01T06:01:00+00:00") - 1


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "2026-02-30", "9999-12-31", "20260101", "2026-01-01T25:00"])
def test_what_is_no_date_is_a_problem(text):
    assert read({"to": text}, in_utc).problems == {"to": "date"}


def test_what_is_no_registration_is_a_problem():
    filters = read({"registration": "abc"}, in_utc)
    assert filters.problems == {"registration": "registration"}
    assert filters.registration is None


def test_taking_a_filter_off_begins_at_the_first_page():
    filters = read({"person": "ann", "voided": "1", "before": "17"}, in_utc)
    assert filters.to(person="") == "voided=1"
    assert filters.to(from_="2026-01-01") == "person=ann&from=2026-01-01&voided=1"


def test_names_are_compared_without_case_and_accents():
    assert folded("  Élodie\tCŒUR ") == "elodie coeur"


def test_a_pattern_finds_its_text_only():
    assert like(r"50%_a\b") == r"%50\%\_a\\b%"


def test_what_hides_is_taken_out():
    assert plain("a\u202eb\x00c\u200bd\ud800e") == "abcde"
    assert shortened("one\r\ntwo\tthree", 9) == "one two…"


@given(st.text(), st.integers(2, 50))
def test_a_shortened_text_is_short(text, most):
    assert len(shortened(text, most)) <= most
