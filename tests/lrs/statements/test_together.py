"""Requests that wait at the same time are stored in one unit of work, and still each for itself (ADR 0036)."""

import threading
from contextlib import contextmanager

import orjson
import pytest
from samples import activity, agent, identified, statement
from sqlalchemy import event, select, text

from core.db import LOCK, db, write
from core.errors import Conflict, DomainError
from lrs.statements import entries, together
from lrs.statements.append import append
from lrs.statements.models import Statement, Term
from lrs.statements.prepare import prepare
from lrs.statements.service import enqueue
from lrs.statements.together import MOST, store_together

AUTHORITY = agent("authority")
PATIENCE = 30.0


def ready(*statements: dict) -> list:
    return prepare([orjson.dumps(s) for s in statements], authority=AUTHORITY, version="1.0.3", trust="self")


def kept() -> list[str]:
    db.session.rollback()
    return [str(uuid) for uuid in db.session.scalars(select(Statement.id).order_by(Statement.seq))]


class Caller(threading.Thread):
    """A request of its own thread."""

    def __init__(self, app, statements: list):
        super().__init__(daemon=True)
        self.app, self.statements, self.last, self.error, self.kept_at_once = app, statements, None, None, None
        self.start()

    def run(self) -> None:
        with self.app.app_context():
            try:
                self.last = store_together(self.statements)
                self.kept_at_once = set(kept()) >= {s.id for s in self.statements}
            except Exception as error:
                self.error = error
            finally:
                db.session.remove()


@contextmanager
def commits(app):
    """How many transactions were committed meanwhile."""
    with app.app_context():
        engine = db.engine
    counted = []

    def count(_connection) -> None:
        counted.append(1)

    event.listen(engine, "commit", count)
    try:
        yield counted
    finally:
        event.remove(engine, "commit", count)


@contextmanager
def somebody_stores(app):
    """While the block lasts, another unit of work holds the log, so that requests queue up behind the first."""
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context():
            with write() as session:
                append(session, [])
                begun.set()
                go_on.wait(PATIENCE)
            db.session.remove()

    holder = threading.Thread(target=hold, daemon=True)
    holder.start()
    assert begun.wait(PATIENCE)
    try:
        yield
    finally:
        go_on.set()
        holder.join(PATIENCE)


def queued(app) -> int:
    with app.app_context():
        return len(together._queue()._waiting)


def in_line(app, *batches: list) -> list[Caller]:
    """Callers that stand in line one behind the other; the first may have begun to store."""
    callers = []
    for number, batch in enumerate(batches):
        callers.append(Caller(app, batch))
        deadline = threading.Event()
        for _ in range(2_000):
            # On PostgreSQL the first has taken itself out of the line and waits for the log's lock.
            if queued(app) >= (number if app.extensions[LOCK] is None else number + 1):
                break
            deadline.wait(0.005)
        else:
            raise AssertionError("a caller did not get in line")
    return callers


def wait_for(callers: list[Caller]) -> None:
    for caller in callers:
        caller.join(PATIENCE)
        assert not caller.is_alive()


class TestRequestsThatWait:
    def test_are_stored_with_one_commit_in_the_order_they_came(self, app):
        statements = [identified(object=activity(str(n))) for n in range(6)]
        with commits(app) as counted:
            with somebody_stores(app):
                callers = in_line(app, *(ready(s) for s in statements))
            wait_for(callers)
        assert [c.error for c in callers] == [None] * 6
        assert all(c.kept_at_once for c in callers)  # nobody is answered before the commit
        with app.app_context():
            assert kept() == [s["id"] for s in statements]
            last = entries.last_seq()
        assert callers[-1].last == last
        assert 2 <= len(counted) <= 3  # whoever held the log, at most one request before the others, and the others together

    def test_are_refused_each_for_itself(self, app):
        taken, other = identified(), {"verb": {"id": "https://example.org/other"}}
        with app.app_context(), write():
            enqueue(ready(taken))
        before, same, beside, after = identified(), identified(), identified(), identified()
        with somebody_stores(app):
            callers = in_line(
                app,
                ready(before),
                ready(beside, taken | other),  # against what is kept: nothing of it is stored
                ready(same),
                ready(same),  # the same again, from somebody else at the same time
                ready(same | other),  # against a neighbour in the group
                ready(after),
            )
        wait_for(callers)
        assert [type(c.error) for c in callers] == [type(None), Conflict, type(None), type(None), Conflict, type(None)]
        with app.app_context():
            assert kept() == [taken["id"], before["id"], same["id"], after["id"]]

    def test_terms_of_a_refused_request_are_not_in_the_dictionary(self, app):
        taken = identified()
        with app.app_context(), write():
            enqueue(ready(taken))
        new = activity("never-seen")
        with somebody_stores(app):
            callers = in_line(app, ready(identified()), ready(identified(object=new), taken | {"actor": agent("x")}), ready(identified()))
        wait_for(callers)
        with app.app_context():
            assert db.session.scalar(select(Term.id).where(Term.text == new["id"])) is None
        again = Caller(app, ready(identified(object=new)))
        wait_for([again])
        with app.app_context():
            [row] = db.session.execute(select(Statement.activity_id, Term.text).join(Term, Term.id == Statement.activity_id)
                                       .where(Term.text == new["id"])).all()  # fmt: skip
            assert row.text == new["id"]

    def test_one_that_the_database_refuses_spoils_nothing_for_the_others(self, app):
        good = [identified(), identified()]
        bad = ready(identified())[0]
        bad = bad._replace(trust=None)  # the column must not be empty
        with somebody_stores(app):
            callers = in_line(app, ready(identified(object=activity("first"))), ready(good[0]), [bad], ready(good[1]))
        wait_for(callers)
        assert [c.error is None for c in callers] == [True, True, False, True]
        with app.app_context():
            assert set(kept()) >= {s["id"] for s in good}
            assert bad.id not in kept()

    def test_are_not_too_many_at_once(self, app):
        batches = [ready(*(identified() for _ in range(MOST // 2))) for _ in range(4)]
        with commits(app) as counted:
            with somebody_stores(app):
                callers = in_line(app, *batches)
            wait_for(callers)
        assert [c.error for c in callers] == [None] * 4
        with app.app_context():
            assert len(kept()) == MOST * 2
        assert 3 <= len(counted) <= 4

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_go_on_after_one_died(self, app, monkeypatch):
        """The thread that stores for all is broken off: those in its group learn it, those behind are served."""
        real, broken = together.append_groups, []

        def once(session, groups):
            if not broken:
                broken.append(True)
                raise SystemExit
            return real(session, groups)

        monkeypatch.setattr(together, "append_groups", once)
        first = Caller(app, ready(identified()))
        first.join(PATIENCE)
        second = Caller(app, ready(identified()))
        wait_for([second])
        assert second.error is None


class TestOneRequest:
    def test_is_stored_when_the_call_returns(self, app):
        one = identified()
        with app.app_context():
            last = store_together(ready(one))
            assert kept() == [one["id"]]
            assert entries.last_seq() == last

    def test_must_not_be_inside_another_unit_of_work(self, app):
        with app.app_context(), pytest.raises(RuntimeError, match="unit of work of its own"), write():
            store_together(ready(statement()))

    def test_learns_that_the_lock_did_not_come(self, sqlite_app, monkeypatch):
        monkeypatch.setattr("core.db.LOCK_TIMEOUT", 0.05)
        monkeypatch.setattr("core.db.FairLock.acquire.__defaults__", (0.05,))
        with somebody_stores(sqlite_app):
            callers = [Caller(sqlite_app, ready(identified())) for _ in range(3)]
            wait_for(callers)
        assert all(isinstance(c.error, DomainError) and c.error.status == 503 for c in callers)
        after = Caller(sqlite_app, ready(identified()))
        wait_for([after])
        assert after.error is None


def test_a_storm_of_requests_is_stored_once_each_in_order(app):
    """Twelve clients, shared people and activities, some ids sent by everybody: nothing fails, doubles or gets lost."""
    shared = [identified(actor=agent(f"s{n}"), object=activity(f"s{n}")) for n in range(5)]
    errors, acknowledged = [], []

    def client(number: int) -> None:
        with app.app_context():
            for turn in range(6):
                mine = [identified(actor=agent(f"p{(number + n) % 7}"), object=activity(f"a{n}")) for n in range(4)]
                try:
                    store_together(ready(*mine, shared[turn % 5]))
                    acknowledged.extend(s["id"] for s in mine)
                except Exception as error:
                    errors.append(error)
            db.session.remove()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    with app.app_context():
        position, seen = 0, []
        while any(t.is_alive() for t in threads):
            db.session.rollback()
            reading = entries.after(position, limit=1_000)
            seen += [e.id for e in reading.entries]
            position = reading.end
        db.session.rollback()
        seen += [e.id for e in entries.after(position, limit=10_000).entries]
        assert errors == []
        assert len(seen) == len(set(seen)) == 12 * 6 * 4 + 5
        assert set(acknowledged) | {s["id"] for s in shared} == set(seen)
        assert db.session.scalar(text("SELECT count(*) FROM lrs_term")) == db.session.scalar(
            text("SELECT count(*) FROM (SELECT DISTINCT digest FROM lrs_term) t")
        )
