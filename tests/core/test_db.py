"""The unit of work: together or not at all, and nothing is changed outside one."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from core.clock import frozen, now
from core.db import db, write
from core.jobs import Lease, hold_lease


def leases() -> list[str]:
    return list(db.session.scalars(select(Lease.name).order_by(Lease.name)))


def test_a_unit_that_fails_leaves_nothing(app):
    with app.app_context():
        with pytest.raises(ZeroDivisionError), write() as session:  # noqa: PT012
            session.add(Lease(name="one", holder="h", until=now()))
            session.flush()
            1 / 0  # noqa: B018
        assert leases() == []


def test_a_nested_unit_joins_the_outer_one(app):
    with app.app_context():
        with pytest.raises(ZeroDivisionError), write() as session:  # noqa: PT012
            with write():
                session.add(Lease(name="inner", holder="h", until=now()))
            1 / 0  # noqa: B018
        assert leases() == []


def test_a_refused_savepoint_leaves_nothing(app):
    with app.app_context():
        with write() as session:
            nested = session.begin_nested()
            session.add(Lease(name="gone", holder="h", until=now()))
            session.flush()
            nested.rollback()
            session.add(Lease(name="kept", holder="h", until=now()))
        assert leases() == ["kept"]


def test_a_change_outside_a_unit_is_refused(app):
    with app.app_context():
        db.session.add(Lease(name="stray", holder="h", until=now()))
        with pytest.raises(RuntimeError, match=r"outside write.*Lease"):
            db.session.flush()
        db.session.rollback()
        with pytest.raises(RuntimeError, match="bulk statement"):
            db.session.execute(update(Lease).values(holder="x"))
        db.session.rollback()


def test_many_writers_at_once_all_get_their_turn(app):
    """No lost update and no "database is locked": each adds one to the same number in its own unit of work."""
    with app.app_context(), write() as session:
        session.add(Lease(name="n", holder="0", until=now()))

    def add_one():
        with app.app_context():
            for _ in range(10):
                with write() as session:
                    lease = session.scalar(select(Lease).where(Lease.name == "n").with_for_update())
                    lease.holder = str(int(lease.holder) + 1)
            db.session.remove()

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        assert db.session.scalar(select(Lease.holder)) == "80"


def test_sqlite_keeps_what_it_acknowledged(sqlite_app):
    with sqlite_app.app_context():
        pragmas = {name: db.session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")}
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_one_holder_has_the_lease_until_it_lapses(app):
    with app.app_context():
        assert hold_lease("tickers", "first")
        assert not hold_lease("tickers", "second")
        assert hold_lease("tickers", "first")
        with write() as session:
            lapsed = session.get(Lease, "tickers")
            lapsed.until -= timedelta(seconds=16)
        assert hold_lease("tickers", "second")
        assert not hold_lease("tickers", "first")
        assert db.session.scalar(select(func.count()).select_from(Lease)) == 1


def test_a_machine_whose_clock_is_wrong_keeps_nobody_from_the_lease(app):
    """Where several machines can serve, the database's clock counts."""
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            return
        with frozen(now() + timedelta(days=2)):
            assert hold_lease("tickers", "first")
        with write() as session:
            session.get(Lease, "tickers").until -= timedelta(seconds=16)
        assert hold_lease("tickers", "second")
