"""Results and identifiers in words."""

import pytest
from flask_babel import force_locale

from lrs.browser import words


@pytest.fixture(autouse=True)
def _context(sqlite_app):
    with sqlite_app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        ("PT1H30M", "1 h 30 min"),
        ("P1DT2H3M4.56S", "1 day 2 h 3 min 4.56 s"),
        ("P2Y1M", "2 years 1 month"),
        ("P3W", "3 weeks"),
        ("PT0S", "0 s"),
        ("PT90M", "90 min"),
        ("PT1,5S", "1.5 s"),
        ("P" + "9" * 400 + "D", "P" + "9" * 58 + "…"),
        ("nonsense", "nonsense"),
    ],
)
def test_durations(duration, said):
    assert words.duration(duration) == said


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ({"scaled": 0.9}, "90%"),
        ({"scaled": 0.905}, "90.5%"),
        ({"scaled": -0.5, "raw": 3}, "-50%"),
        ({"raw": 3, "max": 10}, "3 of 10"),
        ({"raw": 3}, "3"),
        ({}, ""),
        ({"min": 0}, ""),
        ({"raw": 1e300}, ""),
    ],
)
def test_scores(score, said):
    assert words.score(score) == said


def test_numbers_are_written_as_the_reader_writes_them():
    with force_locale("fr"):
        assert words.score({"scaled": 0.905}).replace("\u202f", " ").replace("\xa0", " ") == "90,5 %"


def test_identifiers_as_people_write_them():
    assert words.identifier("mbox mailto:ann@example.org") == "ann@example.org"
    assert words.identifier("account https://example.org/x/ ann lee") == "ann lee at example.org/x"
    assert words.identifier("openid https://ann.example.org/") == "https://ann.example.org/"


def test_sizes():
    assert [words.size(n) for n in (1, 999, 2048, 3 << 20)] == ["1 byte", "999 bytes", "2 kB", "3 MB"]
