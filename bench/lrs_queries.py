"""Goal 5: every filter of GET /statements, a full page, in a large log against a small one."""

import json
import statistics
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

import orjson
from flask import Flask
from sqlalchemy import func, select

from bench import Line, goal, in_turns, ratio
from bench.lrs_corpus import VERBS
from bench.lrs_places import basic
from bench.lrs_stores import DATABASES, SMALL, large, store
from core.db import db
from lrs.credentials.service import Issued
from lrs.statements.formats import utc_text
from lrs.statements.models import Statement, Term

REQUESTS = 15
PAGE = "https://lms.example.com/course/{}/page/{}"
COURSE = "https://lms.example.com/course/0"
VERB = "http://adlnet.gov/expapi/verbs/" + VERBS[0]
RARE_VERB = "http://adlnet.gov/expapi/verbs/" + VERBS[-1]


def _person(number: int) -> str:
    return json.dumps({"account": {"homePage": "https://lms.example.com", "name": f"user-{number:06}"}})


TRAINER = json.dumps({"mbox": "mailto:trainer0@example.com"})
FILTERS: dict[str, dict[str, str]] = {
    "the latest": {},
    "ascending": {"ascending": "true"},
    "agent": {"agent": _person(0)},
    "agent, ascending": {"agent": _person(0), "ascending": "true"},
    "verb": {"verb": VERB},
    "activity": {"activity": PAGE.format(0, 0)},
    "verb and activity": {"verb": VERB, "activity": PAGE.format(0, 0)},
    "agent and verb": {"agent": _person(0), "verb": VERB},
    "agent and activity": {"agent": _person(0), "activity": PAGE.format(0, 0)},
    "registration": {"registration": "REGISTRATION"},
    "registration and verb": {"registration": "REGISTRATION", "verb": VERB},
    "related activities": {"activity": COURSE, "related_activities": "true"},
    "related activities and verb": {"activity": COURSE, "related_activities": "true", "verb": VERB},
    "related agents": {"agent": TRAINER, "related_agents": "true"},
    "related agents and verb": {"agent": TRAINER, "related_agents": "true", "verb": VERB},
    "since the middle": {"since": "MIDDLE"},
    "until the middle": {"until": "MIDDLE"},
    "agent until the middle": {"agent": _person(0), "until": "MIDDLE"},
    "verb, since and until": {"verb": VERB, "since": "QUARTER", "until": "MIDDLE"},
    "ids": {"format": "ids"},
    "one by its id": {"statementId": "ID"},
    "a page deep in `more`": {"verb": VERB, "DEEP": ""},
}
HARD = {"agent and a rare verb": {"agent": _person(0), "verb": RARE_VERB}, "a person who did nothing here": {
    "agent": _person(0), "activity": PAGE.format(199, 4_999)}}  # fmt: skip


@goal(5, "GET /statements, a page of 100, a million rows against 10 thousand", "p50 at most 1.5 times")
def filters() -> list[Line]:
    lines = []
    for database in DATABASES:
        readers = {"large": Reader(*store(database, large())), "small": Reader(*store(database, SMALL))}
        for what, parameters in (FILTERS | HARD).items():
            gets = {size: reader.getting(parameters) for size, reader in readers.items()}
            figures = in_turns({size: _median(get) for size, get in gets.items()})
            # A combination that hardly ever comes up has no full page in the small log: shown, but no goal.
            line = ratio(figures, "large", "small", at_most=1.5 if what in FILTERS else None)
            times = f"{statistics.median(figures['large']) * 1e3:.1f} against {statistics.median(figures['small']) * 1e3:.1f} ms"
            lines.append(Line(f"{database}: {what}", line.median, line.low, line.high, line.reached, times))
    return lines


class Reader:
    """A client of one store, which knows what stands in its middle."""

    def __init__(self, app: Flask, key: Issued):
        self.headers = {"X-Experience-API-Version": "1.0.3", "Authorization": basic(key)}
        self.client = app.test_client()
        with app.app_context():
            low, high = db.session.execute(select(func.min(Statement.seq), func.max(Statement.seq))).one()
            seqs = select(Statement.seq).order_by(Statement.seq).limit(1)
            self.middle = db.session.scalar(seqs.where(Statement.seq >= (low + high) // 2))
            quarter = db.session.scalar(seqs.where(Statement.seq >= low + (high - low) // 4))
            uuid = db.session.scalar(select(Statement.id).where(Statement.seq == self.middle))
            person = select(Statement.registration).join(Term, Term.id == Statement.actor_id).where(Term.text.like("%user-000000"))
            registration = db.session.scalar(person.group_by(Statement.registration).order_by(func.count().desc()).limit(1))
            self.known = {"MIDDLE": utc_text(self.middle), "QUARTER": utc_text(quarter), "ID": str(uuid), "REGISTRATION": str(registration)}
            db.session.remove()

    def getting(self, parameters: dict[str, str]) -> Callable[[], None]:
        """What gets one page, checked once to be full."""
        mine = {name: self.known.get(value, value) for name, value in parameters.items() if name != "DEEP"}
        path = "/xapi/statements"
        if "DEEP" in parameters:
            first = orjson.loads(self.client.get(path, query_string=mine, headers=self.headers).data)
            word = first["more"].partition("cursor=")[2]
            kept, _beyond = orjson.loads(urlsafe_b64decode(word + "=" * (-len(word) % 4)))
            mine = {"cursor": urlsafe_b64encode(orjson.dumps([kept, self.middle])).rstrip(b"=").decode()}

        def get() -> None:
            answer = self.client.get(path, query_string=mine, headers=self.headers)
            assert answer.status_code == 200, answer.text

        get()
        return get


def _median(get: Callable[[], None]) -> Callable[[], float]:
    def measure() -> float:
        times = []
        for _ in range(REQUESTS):
            start = time.perf_counter()
            get()
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    return measure
