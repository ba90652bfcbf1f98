"""The tree of themes."""

import threading

import pytest

from catalogue.themes import queries, rules, service
from catalogue.themes.models import Theme
from core.db import db, write


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("Safety / Fire", ["Safety", "Fire"]),
        (" a  b ", ["a b"]),
        ("//x//", ["x"]),
        ("", []),
        ("a/b/c/d/e", ["a", "b", "c", "d"]),
        ("x" * 150, ["x" * 100]),
    ],
)
def test_paths(path, parts):
    assert rules.path_parts(path) == parts


def test_counts_roll_up_and_nothing_vanishes():
    class Row:
        def __init__(self, id, name, parent_id):
            self.id, self.uuid, self.name, self.parent_id = id, str(id), name, parent_id

    roots = rules.tree([Row(1, "Safety", None), Row(2, "Fire", 1), Row(3, "lost", 99), Row(4, "Ecology", None)], {1: 2, 2: 3, 3: 1})
    assert [(b.name, b.count, b.depth) for root in roots for b in root.walk()] == [
        ("Ecology", 0, 0),
        ("lost", 1, 0),
        ("Safety", 5, 0),
        ("Fire", 3, 1),
    ]


def test_the_same_name_in_two_places_is_two_themes(app):
    with app.app_context():
        with write():
            one, other = service.ensure(path="Safety / Basics"), service.ensure(path="Office / Basics")
            assert one.id != other.id
        assert sorted(queries.paths().values()) == ["Office", "Office / Basics", "Safety", "Safety / Basics"]


def test_many_at_once_make_it_once(app):
    def make():
        with app.app_context(), write():
            service.ensure(path="Safety / Fire")

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.query(Theme).count() == 2
