"""Guessing is slow: attempts are counted in the database, for every process."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import housekeeping
from accounts.sessions.views import PER_ACCOUNT, PER_NETWORK
from accounts.throttle import service
from accounts.throttle.models import Counter
from accounts.throttle.rules import network_of
from core import clock
from core.clock import now
from core.db import db, write
from core.errors import TooMany

LIMIT = service.Limit("test", 3, timedelta(minutes=15))


def attempt(client, email, password="wrong password", address="192.0.2.1"):
    return client.post("/login", data={"email": email, "password": password}, environ_overrides={"REMOTE_ADDR": address})


class TestGuessingAPassword:
    def test_is_refused_after_ten_attempts_even_when_the_next_is_right(self, client, people):
        alice = people["alice"]
        assert [attempt(client, alice.email).status_code for _ in range(PER_ACCOUNT.count)] == [422] * PER_ACCOUNT.count
        refused = attempt(client, alice.email, alice.password)
        assert refused.status_code == 429
        assert "Retry-After" in refused.headers
        assert "15 minutes" in refused.text

    def test_changing_the_case_or_the_address_it_comes_from_does_not_help(self, app, people):
        for number in range(PER_ACCOUNT.count):
            attempt(app.test_client(), people["alice"].email.upper() if number % 2 else people["alice"].email, address=f"192.0.2.{number}")
        assert attempt(app.test_client(), people["alice"].email, people["alice"].password, address="198.51.100.7").status_code == 429

    def test_the_right_person_gets_in_when_the_window_is_over(self, client, people):
        for _ in range(PER_ACCOUNT.count + 5):
            attempt(client, people["alice"].email)
        with clock.frozen(now() + PER_ACCOUNT.window + timedelta(seconds=1)):
            assert attempt(client, people["alice"].email, people["alice"].password).status_code == 303

    def test_others_are_not_held_up(self, client, people):
        for _ in range(PER_ACCOUNT.count + 1):
            attempt(client, people["alice"].email)
        assert attempt(client, people["bob"].email, people["bob"].password).status_code == 303

    def test_signing_in_forgets_the_mistakes(self, app, people):
        for _ in range(2):
            for _ in range(PER_ACCOUNT.count - 1):
                attempt(app.test_client(), people["alice"].email)
            assert attempt(app.test_client(), people["alice"].email, people["alice"].password).status_code == 303


class TestGuessingFromOneAddress:
    def test_is_refused_after_a_hundred_attempts_over_many_accounts(self, app, people):
        with app.app_context(), write():
            for _ in range(PER_NETWORK.count):
                service.take(PER_NETWORK, "192.0.2.1")
        assert attempt(app.test_client(), people["alice"].email, people["alice"].password).status_code == 429
        assert attempt(app.test_client(), people["alice"].email, people["alice"].password, address="192.0.2.2").status_code == 303

    def test_a_whole_company_behind_one_address_may_sign_in(self, app, people):
        with app.app_context(), write():
            for _ in range(PER_NETWORK.count - 1):
                service.take(PER_NETWORK, "192.0.2.1")
        for who in ("alice", "bob", "charlie"):
            assert attempt(app.test_client(), people[who].email, people[who].password).status_code == 303

    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("", "unknown"),
            (None, "unknown"),
        ],
    )
    def test_an_address_is_what_one_visitor_cannot_change_at_will(self, address, network):
        assert network_of(address) == network


class TestCounting:
    def test_many_at_once_are_counted_one_by_one(self, app):
        """As in several workers: every thread has its own connection, the counter is one row."""

        def take(_number):
            with app.app_context():
                try:
                    with write():
                        service.take(LIMIT, "someone")
                    return True
                except TooMany:
                    return False

        with ThreadPoolExecutor(8) as crowd:
            passed = list(crowd.map(take, range(24)))
        assert sum(passed) == LIMIT.count

    def test_starts_again_after_the_window(self, app):
        with app.app_context():
            for later in (0, 16, 32):
                with clock.frozen(now() + timedelta(minutes=later)):
                    for _ in range(LIMIT.count):
                        with write():
                            service.take(LIMIT, "someone")
                    with pytest.raises(TooMany), write():
                        service.take(LIMIT, "someone")

    def test_keeps_no_address_in_clear_and_nothing_for_long(self, app, client, people):
        attempt(client, people["alice"].email)
        with app.app_context():
            keys = db.session.scalars(select(Counter.key)).all()
            assert len(keys) == 2
            assert not any("alice" in key or "192" in key for key in keys)
            with clock.frozen(now() + timedelta(days=2)):
                housekeeping.sweep()
            assert db.session.scalars(select(Counter)).all() == []


def test_an_unknown_address_takes_as_long_as_a_known_one(app, people):
    """Medians, measured alternately in one run so that the machine's mood is the same for both."""
    from accounts.sessions.service import authenticate

    known, unknown = [], []
    with app.app_context():
        for number in range(24):
            for email, times in ((people["alice"].email, known), (f"nobody{number}@example.org", unknown)):
                began = time.perf_counter()
                assert authenticate(email=email, password="wrong password") is None
                times.append(time.perf_counter() - began)
    assert statistics.median(unknown[4:]) == pytest.approx(statistics.median(known[4:]), rel=0.35)
