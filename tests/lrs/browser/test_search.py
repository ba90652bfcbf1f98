"""Words are looked for in what statements say, so many statements at a time."""

import pytest
from samples import statement

from lrs.browser import search
from lrs.browser.queries import Wanted


def says(response: str) -> dict:
    return statement(result={"response": response})


@pytest.mark.parametrize("asked", ["jupiter", "JUPITER", "júpiter", "upit", "largest jupiter"])
def test_words_are_found_in_any_case_and_order(tell, app, asked):
    tell(says("Jupiter is the largest"), says("Saturn"))
    with app.app_context():
        assert len(search.find(Wanted(), asked, limit=5, beyond=None).seqs) == 1


def test_what_is_written_as_an_escape_is_found():
    assert search.holds(b'{"result":{"response":"d\\u00e9j\\u00e0 \\"vu\\""}}', ["deja", '"vu"'])


@pytest.mark.parametrize("asked", ["actor", "response", "mbox", "zzz"])
def test_names_of_members_are_not_words_of_the_statement(tell, app, asked):
    tell(says("nothing"))
    with app.app_context():
        assert search.find(Wanted(), asked, limit=5, beyond=None).seqs == []


def test_extensions_and_numbers_are(tell, app):
    tell(statement(result={"score": {"raw": 4711}, "extensions": {"https://example.org/room": {"place": "Basement"}}}))
    with app.app_context():
        for asked in ("4711", "basement", "example.org/room"):
            assert len(search.find(Wanted(), asked, limit=5, beyond=None).seqs) == 1, asked


def test_a_search_stops_and_goes_on(tell, app, monkeypatch):
    monkeypatch.setattr(search, "AT_ONCE", 10)
    tell(*(says("needle" if n in (0, 33) else "hay") for n in range(40)))
    with app.app_context():
        first = search.find(Wanted(), "needle", limit=5, beyond=None, at_most=25)
        assert (len(first.seqs), first.looked) == (1, 25)
        assert first.ended is not None
        rest = search.find(Wanted(), "needle", limit=5, beyond=first.ended, at_most=25)
        assert (len(rest.seqs), rest.looked, rest.ended) == (1, 15, None)
        full = search.find(Wanted(), "needle", limit=1, beyond=None)
        assert full.ended == full.seqs[-1]
        up = search.find(Wanted(), "needle", limit=5, beyond=0, ascending=True)
        assert up.seqs == sorted(first.seqs + rest.seqs)
        assert up.ended is None
