"""Goal 11: the catalogue page with ten thousand items, many liked and commented, against the same page with a hundred."""

import random
import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, text

from accounts.people import service as people
from bench import Line, goal, in_turns, ratio
from bench.lrs_places import place
from catalogue.items.models import Item
from catalogue.items.rules import band
from catalogue.search.models import ItemText
from catalogue.themes.models import Theme
from core.clock import now
from core.db import db, write
from social.discussions.models import Comment, Thread
from social.likes.models import Like
from social.popularity.models import PulseTotal
from social.popularity.rules import KINDS

FEW, MANY = 100, 10_000
TALKERS = 10
PASSWORD = "correct horse battery staple"
WORDS = [
    "safety",
    "fire",
    "office",
    "law",
    "data",
    "first",
    "aid",
    "client",
    "write",
    "lean",
    "security",
    "talk",
    "basic",
    "clear",
    "hand",
    "forklift",
    "night",
    "shift",
    "team",
    "care",
]
PAGES = {"the catalogue page": "/catalogue", "sorted by title": "/catalogue?sort=title", "found by two words": "/catalogue?q=fire+aid"}
REQUESTS = 15


@goal(
    11,
    "catalogue page, 10,000 items with 100,000 likes and comments, against 100 items",
    "p50 at most 1.5 times, the same number of queries",
)
def catalogue_page() -> list[Line]:
    """Median time of a request through the whole application, on both databases."""
    return [*_on("sqlite"), *_on("postgresql")]


def _on(database: str) -> list[Line]:
    lines = []
    with place(database) as (small, _folder, _url), place(database) as (large, _folder2, _url2):
        readers = {"100 items": _reader(small, FEW), "10,000 items": _reader(large, MANY)}
        for what, path in PAGES.items():
            for get in readers.values():
                get(path)
            figures = in_turns({name: _median(get, path) for name, get in readers.items()})
            # Only the page itself is the goal; search looks at every match and is shown for honesty.
            line = ratio(figures, "10,000 items", "100 items", at_most=1.5 if "q=" not in path else None)
            lines.append(Line(f"{database}: {what}", line.median, line.low, line.high, line.reached, line.note + " s"))
    return lines


def _median(get: Callable[[str], None], path: str) -> Callable[[], float]:
    def measure() -> float:
        times = []
        for _ in range(REQUESTS):
            start = time.perf_counter()
            get(path)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    return measure


def _reader(app: Flask, count: int) -> Callable[[str], None]:
    """Fill an application and sign somebody in; answers what gets a page as they do."""
    _fill(app, count)
    client = app.test_client()
    client.post("/login", data={"email": "reader@example.org", "password": PASSWORD}, base_url=app.config["SETTINGS"].origin)

    def get(path: str) -> None:
        answer = client.get(path, base_url=app.config["SETTINGS"].origin)
        assert answer.status_code == 200, answer.status

    return get


def _fill(app: Flask, count: int) -> None:
    """Items as authors leave them; ten people like or comment each. Rows go in directly: what is measured is reading them."""
    chance = random.Random(11)
    with app.app_context():
        with write() as session:
            people.create(email="reader@example.org", name="Reader", role="learner", password=PASSWORD)
            talkers = [people.create(email=f"p{n}@example.org", name=f"P {n}", role="learner", password=None).id for n in range(50)]
            session.execute(
                insert(Theme), [{"uuid": f"{n:036}", "name": f"Theme {n}", "path_key": f"theme {n}", "parent_id": None} for n in range(20)]
            )
            themes = list(session.scalars(db.select(Theme.id)))
            items = [_item(chance, n, owner=talkers[0], theme=chance.choice(themes)) for n in range(1, count + 1)]
            session.execute(insert(Item), items)
            session.execute(insert(ItemText), [{"item_id": i["id"], "title": i["title"], "body": i["description"]} for i in items])
            _talk(session, chance, items, talkers)
        if app.config["SETTINGS"].database_url.startswith("postgresql"):
            db.session.execute(text("ANALYZE"))
            db.session.commit()


def _item(chance: random.Random, number: int, *, owner: int, theme: int) -> dict:
    title = " ".join(chance.sample(WORDS, 4)) + f" {number}"
    minutes = chance.choice([None, 3, 8, 12, 20, 45, 90])
    at = now() - timedelta(minutes=number)
    return {
        "id": number,
        "uuid": f"{number:08}-0000-4000-8000-000000000000",
        "kind": chance.choice(["scorm", "video"]),
        "title": title,
        "title_key": title,
        "description": " ".join(chance.choices(WORDS, k=60)),
        "language": chance.choice(["en", "fr", "de", None]),
        "duration_minutes": minutes,
        "duration_band": band(minutes),
        "visibility": "published" if number % 20 else "draft",
        "owner_id": owner,
        "theme_id": theme,
        "activity_iri": f"http://bench.example/id/item/{number}",
        "published_at": at,
        "created_at": at,
        "updated_at": at,
        "rank_popular": chance.random() * 1e9,
        "rank_trending": chance.random() * 1e9,
        "rank_all": chance.random() * 100,
    }


def _talk(session, chance: random.Random, items: list[dict], talkers: list[int]) -> None:
    """Five likes and five comments on each item, and the totals that follow from them."""
    half = TALKERS // 2
    likes, comments = [], []
    for item in items:
        who, at = chance.sample(talkers, TALKERS), item["created_at"]
        likes += [{"person_id": p, "item_id": item["id"], "liked": True, "version": 1, "changed_at": at} for p in who[:half]]
        comments += [
            {"thread_id": item["id"], "author_id": p, "opening": p == who[half], "body": "Good point.", "created_at": at}
            for p in who[half:]
        ]
    session.execute(insert(Like), likes)
    session.execute(
        insert(Thread), [{"id": i["id"], "item_id": i["id"], "created_at": i["created_at"], "last_at": i["created_at"]} for i in items]
    )
    session.execute(insert(Comment), comments)
    totals = [
        {
            "item_id": i["id"],
            "kind": kind,
            "people": half,
            "weight": float(half),
            "popular": i["rank_popular"],
            "trending": i["rank_trending"],
        }
        for i in items
        for kind in KINDS
    ]
    session.execute(insert(PulseTotal), totals)
