"""The catalogue page as people use it."""

import re

import pytest

from catalogue.items.models import Item
from catalogue.search import rules as search_rules
from core.db import db, write


def titles(html: str) -> list[str]:
    return re.findall(r'item-card-title"><a href="[^"]*"[^>]*>([^<]*)</a>', html)


@pytest.fixture
def shelf(make_item):
    make_item("Sécurité incendie", theme="Safety / Fire", language="fr", duration_minutes=4, description="Que faire quand ça brûle ?")
    make_item("Forklift basics", theme="Safety", language="en", duration_minutes=30)
    make_item("Writing e-mails", theme="Office", language="en", duration_minutes=90, description="Clear words, fire off fewer.")


@pytest.fixture
def reader(client, people, sign_in):
    return sign_in(client, people["charlie"])


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", {"Sécurité incendie", "Forklift basics", "Writing e-mails"}),
            ("language=fr", {"Sécurité incendie"}),
            ("language=fr&language=en", {"Sécurité incendie", "Forklift basics", "Writing e-mails"}),
            ("duration=short", {"Sécurité incendie"}),
            ("duration=long&duration=longer", {"Forklift basics", "Writing e-mails"}),
            ("kind=video&duration=longer", {"Writing e-mails"}),
            ("kind=hologram", set()),
            ("theme=00000000-0000-0000-0000-000000000000", set()),
            ("page=999", set()),
        ],
    )
    def test_what_they_show(self, reader, shelf, query, expected):
        answer = reader.get("/catalogue?" + query)
        assert (answer.status_code, set(titles(answer.text))) == (200, expected)

    def test_a_theme_shows_what_is_below_it(self, app, reader, shelf):
        page = reader.get("/catalogue").text
        safety = re.search(r'theme=([0-9a-f-]{36})"><span>Safety</span><span class="count">2</span>', page)
        assert set(titles(reader.get(f"/catalogue?theme={safety[1]}").text)) == {"Sécurité incendie", "Forklift basics"}

    def test_chips_take_one_filter_off(self, reader, shelf):
        page = reader.get("/catalogue?language=fr&q=feu").text
        assert 'href="/catalogue?q=feu"' in page
        assert 'href="/catalogue?language=fr"' in page

    def test_an_empty_catalogue_says_so(self, reader):
        assert "The catalogue is empty" in reader.get("/catalogue").text
        assert "Nothing matches" in reader.get("/catalogue?q=zzz").text


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("securite", {"Sécurité incendie"}),
            ("SÉCURITÉ", {"Sécurité incendie"}),
            ("secur incen", {"Sécurité incendie"}),
            ("fire", {"Writing e-mails"}),
            ("brule", {"Sécurité incendie"}),
            ("incendie forklift", set()),
            ("curite", set()),
            ("e-mails", {"Writing e-mails"}),
        ],
    )
    def test_words_are_found_by_their_beginning_without_accents(self, reader, shelf, query, expected):
        assert set(titles(reader.get("/catalogue", query_string={"q": query}).text)) == expected

    @pytest.mark.parametrize(
        "query",
        [
            *('"', "'", "*", "(", ")", "-", "+", "%", "_", "&", "|", "!", "\\", "😀", "\x00", "''", '""'),
            *("a*b", "AND", "NOT fire", "NEAR(a b)", "title:x", "^a", "a OR", "{a}", ":*", "<->", "a:b:c", ";--", "1e5"),
            *("x" * 5_000, "a " * 2_000),
        ],
    )
    def test_no_operator_and_no_length_breaks_it(self, reader, shelf, query):
        assert reader.get("/catalogue", query_string={"q": query}).status_code == 200

    def test_an_edited_title_is_found_by_its_new_words_only(self, app, reader, make_item, load):
        from catalogue.items import service

        uuid = make_item("Alpha")
        with app.app_context(), write():
            service.edit(item=load(uuid), by=None, title="Omega")
        assert titles(reader.get("/catalogue?q=omega").text) == ["Omega"]
        assert titles(reader.get("/catalogue?q=alpha").text) == []

    def test_a_deleted_item_is_not_found(self, app, reader, make_item):
        make_item("Alpha")
        with app.app_context(), write() as session:
            session.execute(Item.__table__.delete())
        assert titles(reader.get("/catalogue?q=alpha").text) == []

    def test_folding_meets_ligatures_and_marks(self):
        assert search_rules.fold("ŒUVRE Straße Łódź naïve") == "oeuvre strasse lodz naive"


class TestSorts:
    @pytest.fixture
    def ranked(self, app, make_item):
        for title, popular, trending in (("Bravo", 3, 1), ("alpha", 2, 3), ("Écho", 1, 2)):
            uuid = make_item(title)
            with app.app_context(), write():
                item = db.session.query(Item).filter_by(uuid=uuid).one()
                item.rank_popular, item.rank_trending = popular, trending

    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("popular", ["Bravo", "alpha", "Écho"]),
            ("trending", ["alpha", "Écho", "Bravo"]),
            ("new", ["Écho", "alpha", "Bravo"]),
            ("title", ["alpha", "Bravo", "Écho"]),
            ("nonsense", ["Bravo", "alpha", "Écho"]),
        ],
    )
    def test_each_order(self, reader, ranked, sort, expected):
        assert titles(reader.get("/catalogue?sort=" + sort).text) == expected

    def test_pages_hold_every_item_once(self, app, reader, people):
        from catalogue.items import service

        with app.app_context(), write():
            for n in range(50):
                service.create(kind="video", title=f"Item {n:02}", owner_id=people["erin"].id, visibility="published")
        seen = [t for page in (1, 2, 3) for t in titles(reader.get(f"/catalogue?sort=title&page={page}").text)]
        assert seen == [f"Item {n:02}" for n in range(50)]


def test_the_number_of_queries_does_not_grow(app, reader, people, count_queries):
    from catalogue.items import service

    def add(first: int, last: int) -> None:
        with app.app_context(), write():
            for n in range(first, last):
                service.create(kind="video", title=f"Item {n}", owner_id=people["erin"].id, theme=f"T{n % 5}", visibility="published")

    add(0, 3)
    with count_queries() as few:
        reader.get("/catalogue")
    add(3, 300)
    with count_queries() as many:
        page = reader.get("/catalogue")
    assert len(titles(page.text)) == 24
    assert len(many) == len(few) <= 16, many


def test_nobody_is_sent_to_sign_in(client):
    for path in ("/", "/catalogue"):
        answer = client.get(path)
        assert (answer.status_code, "/login" in answer.location) == (302, True)
