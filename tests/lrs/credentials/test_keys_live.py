"""Keys over their life: changed, renewed, limited, revoked in every process at once."""

import json
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from core.clock import frozen
from core.db import db, write
from core.errors import Conflict, Invalid, NotFound, TooMany
from lrs.credentials import rules, service
from lrs.credentials.launches import end_launches, issue_launch, sweep_launches
from lrs.credentials.meter import WINDOW, Meter, admitted
from lrs.credentials.models import LaunchCredential

ROOT = Path(__file__).parents[3]
COUNTING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from lrs.credentials.meter import Meter
meter, noon = Meter(Path(sys.argv[1])), datetime(2030, 1, 1, 12, tzinfo=UTC)
def ask(_):
    return sum(meter.take(7, per_minute=15000, at=noon) == 0 for _ in range(5000))
print("ready", flush=True)
sys.stdin.readline()
print(sum(ThreadPoolExecutor(2).map(ask, range(2))))
"""
_HOURS = count()
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def noon():
    """Another one for each test: rows begin at 1 again, the file of rates remembers."""
    return NOON + timedelta(hours=next(_HOURS))


@pytest.fixture
def key(app):
    def make(**given):
        with app.app_context(), write():
            return service.create(**({"name": "Tool", "scopes": ["all"]} | given))

    return make


def works(app, pair) -> bool:
    with app.app_context():
        return service.check(*pair) is not None


class TestRotating:
    def test_both_secrets_work_until_the_grace_ends(self, app, key):
        old = key()
        with frozen(NOON), app.app_context(), write():
            new = service.rotate(key=old.key, grace=timedelta(hours=2))
        assert new.key == old.key
        assert new.secret != old.secret
        for moment, old_works in ((NOON, True), (NOON + timedelta(minutes=119), True), (NOON + timedelta(hours=2), False)):
            with frozen(moment):
                assert (works(app, old), works(app, new)) == (old_works, True)

    def test_without_grace_the_old_one_is_dead_at_once(self, app, key):
        old = key()
        with app.app_context(), write():
            new = service.rotate(key=old.key, grace=timedelta(0))
        assert (works(app, old), works(app, new)) == (False, True)

    def test_twice_leaves_only_the_last_two(self, app, key):
        pairs = [key()]
        for _ in range(2):
            with app.app_context(), write():
                pairs.append(service.rotate(key=pairs[0].key))
        assert [works(app, pair) for pair in pairs] == [False, True, True]

    def test_revoking_ends_both(self, app, key):
        old = key()
        with app.app_context(), write():
            new = service.rotate(key=old.key)
            service.revoke(key=old.key)
        assert (works(app, old), works(app, new)) == (False, False)

    def test_of_a_dead_key_is_refused(self, app, key):
        gone = key()
        with app.app_context():
            with write():
                service.revoke(key=gone.key)
            with pytest.raises(Conflict), write():
                service.rotate(key=gone.key)
            with pytest.raises(NotFound), write():
                service.rotate(key="unknown")

    @pytest.mark.parametrize("grace", [timedelta(days=31), timedelta(hours=-1)])
    def test_an_endless_grace_is_refused(self, app, key, grace):
        one = key()
        with app.app_context(), pytest.raises(Invalid), write():
            service.rotate(key=one.key, grace=grace)

    def test_only_hashes_are_kept(self, app, key):
        old = key()
        with app.app_context(), write():
            new = service.rotate(key=old.key)
        with app.app_context():
            row = service.get(key=old.key)
            assert (row.secret_hash, row.old_secret_hash) == (rules.hashed(new.secret), rules.hashed(old.secret))


class TestEditing:
    def test_changes_what_is_given_and_nothing_else(self, app, key):
        one = key(origins=["https://a.example.org"], rate_limit=60)
        with app.app_context():
            with write():
                service.edit(key=one.key, name=" Other ")
            row = service.get(key=one.key)
            assert (row.name, row.origins, row.rate_limit) == ("Other", "https://a.example.org", 60)
            with write():
                service.edit(key=one.key, origins=["https://B.example.org/", "https://b.example.org"], rate_limit=None)
            row = service.get(key=one.key)
            assert (row.name, row.origins, row.rate_limit) == ("Other", "https://b.example.org", None)

    @pytest.mark.parametrize(
        "change",
        [{"name": " "}, {"name": "a\0"}, {"origins": ["x"]}, {"origins": ["https://a.b"] * 51}, {"rate_limit": 0}, {"rate_limit": -1}],
    )
    def test_refuses(self, app, key, change):
        one = key()
        with app.app_context(), pytest.raises(Invalid) as caught, write():
            service.edit(key=one.key, **change)
        assert list(caught.value.fields) == list(change)


class TestTwoProcesses:
    """Two applications on one database, as two workers are."""

    @pytest.fixture
    def other(self, app):
        found = create_app(replace(app.config["SETTINGS"]))
        yield found
        with found.app_context():
            db.engine.dispose()

    def ask(self, app, pair) -> int:
        headers = {"X-Experience-API-Version": "1.0.3", "Authorization": "Basic " + b64encode(":".join(pair).encode()).decode()}
        return app.test_client().get("/xapi/statements", headers=headers).status_code

    def test_revoked_in_one_is_dead_in_the_other_at_once(self, app, other, key):
        pair = key()
        assert (self.ask(app, pair), self.ask(other, pair)) == (200, 200)
        with app.app_context(), write():
            service.revoke(key=pair.key)
        assert (self.ask(app, pair), self.ask(other, pair)) == (401, 401)

    def test_a_secret_without_grace_and_a_launch_too(self, app, other, key):
        pair = key()
        with app.app_context(), write():
            launch = issue_launch(
                actor={"mbox": "mailto:a@example.org"}, registration=None, activity="a:b", scopes=["statements/read"], expires_at=NOON
            )
        assert (self.ask(other, pair), self.ask(other, launch)) == (200, 200)
        with app.app_context(), write():
            service.rotate(key=pair.key, grace=timedelta(0))
            assert end_launches(key=launch.key) == 1
        assert (self.ask(other, pair), self.ask(other, launch)) == (401, 401)

    def test_they_count_the_rate_together(self, app, other, key, noon):
        pair = key(rate_limit=4)
        with frozen(noon):
            assert [self.ask(one, pair) for one in (app, other, app, other, app, other)] == [200] * 4 + [429] * 2


class TestRate:
    def test_429_says_when_to_come_back(self, app, key, client, noon):
        pair, headers = tuple(key(rate_limit=2)), {"X-Experience-API-Version": "1.0.3"}

        def ask(path="/xapi/statements"):
            return client.get(path, auth=pair, headers=headers)

        with frozen(noon):
            assert [ask().status_code for _ in range(3)] == [200, 200, 429]
            refused = ask()
            assert (refused.status_code, refused.json["error"]["code"], refused.headers["Retry-After"]) == (429, "rate_limit", "30")
            assert refused.headers["X-Experience-API-Consistent-Through"]
            assert ask("/api/v1/me").headers["Retry-After"] == "30"
            assert client.get("/xapi/statements", auth=(pair[0], "wrong"), headers=headers).status_code == 401
        with frozen(noon + timedelta(seconds=30)):
            assert [ask().status_code for _ in range(2)] == [200, 429]

    def test_others_are_not_concerned(self, app, key, client, noon):
        limited, free = tuple(key(rate_limit=1)), tuple(key())
        headers = {"X-Experience-API-Version": "1.0.3"}
        with frozen(noon):
            assert [client.get("/xapi/statements", auth=limited, headers=headers).status_code for _ in range(2)] == [200, 429]
            assert [client.get("/xapi/statements", auth=free, headers=headers).status_code for _ in range(5)] == [200] * 5

    def test_costs_no_write(self, app, key, client, count_queries):
        pair = key(rate_limit=100)
        client.get("/xapi/statements", auth=tuple(pair), headers={"X-Experience-API-Version": "1.0.3"})
        with count_queries() as statements:
            client.get("/xapi/statements", auth=tuple(pair), headers={"X-Experience-API-Version": "1.0.3"})
        assert not any(s.startswith(("UPDATE", "INSERT")) for s in statements)

    @given(st.integers(1, 1000), st.lists(st.integers(0, 5_000_000), max_size=30))
    def test_never_more_than_a_minute_s_share_at_once_and_never_starved(self, per_minute, pauses):
        """In any stretch of time, at most one minute's share and what has grown back since; who waits as told is let in."""
        cell, moment, admitted_at = 0, 10**15, []
        for pause in pauses:
            moment += pause
            cell, wait = admitted(cell, per_minute=per_minute, now=moment)
            if not wait:
                admitted_at.append(moment)
            else:
                assert admitted(cell, per_minute=per_minute, now=moment + wait * 1_000_000)[1] == 0
        for first in range(len(admitted_at)):
            for last in range(first, len(admitted_at)):
                grown = (admitted_at[last] - admitted_at[first]) * per_minute / WINDOW
                assert last - first + 1 <= per_minute + grown + 1

    def test_a_clock_set_back_does_not_lock_out(self):
        assert admitted(10**15 + 10 * WINDOW, per_minute=1, now=10**15)[1] == 0

    def test_a_disk_that_cannot_be_written_lets_pass(self, tmp_path):
        assert Meter(tmp_path / "no" / "folder").take(1, per_minute=1, at=NOON) == 0

    def test_processes_and_threads_that_count_at_the_same_time_lose_none(self, tmp_path):
        """Four processes of two threads ask 40 000 times in one moment; exactly the 15 000 of the limit are let in."""
        command = [sys.executable, "-c", COUNTING, str(tmp_path / "rates")]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(4)]
        assert [process.stdout.readline() for process in started] == ["ready\n"] * 4
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        assert sum(int(process.communicate(timeout=60)[0]) for process in started) == 15_000

    def test_the_file_keeps_each_key_apart(self, tmp_path):
        meter = Meter(tmp_path / "rates")
        assert [meter.take(n, per_minute=1, at=NOON) for n in (1, 2, 1, 2, 70_000)] == [0, 0, 60, 60, 0]
        assert Meter(tmp_path / "rates").take(1, per_minute=1, at=NOON) == 60


class TestLaunches:
    def issue(self, **given):
        values = {"actor": {"mbox": "mailto:a@example.org"}, "registration": None, "activity": "a:b", "expires_at": NOON}
        return issue_launch(**(values | {"scopes": ["state"]} | given))

    @pytest.mark.parametrize(
        "change",
        [{"actor": {"objectType": "Group"}}, {"scopes": []}, {"scopes": ["all"]}, {"scopes": ["all/read"]}, {"activity": ""}],
    )
    def test_refuses(self, app, change):
        with app.app_context(), pytest.raises(ValueError), write():
            self.issue(**change)

    def test_dies_with_its_time_and_is_forgotten_a_day_later(self, app):
        with app.app_context():
            with write():
                issued = self.issue()
            for moment, alive in ((NOON - timedelta(seconds=1), True), (NOON, False)):
                with frozen(moment):
                    assert works(app, issued) is alive
            with frozen(NOON + timedelta(hours=23)):
                assert sweep_launches() == 0
            with frozen(NOON + timedelta(hours=25)):
                assert sweep_launches() == 1
            assert db.session.query(LaunchCredential).count() == 0

    def test_opens_nothing_else(self, app, client):
        with app.app_context(), write():
            issued = self.issue()
        assert client.get("/api/v1/me", auth=tuple(issued)).status_code == 401
        assert client.get("/xapi/statements", auth=tuple(issued), headers={"X-Experience-API-Version": "1.0.3"}).status_code == 403

    def test_ends_by_person_too(self, app):
        with app.app_context():
            with write():
                mine, other = self.issue(), self.issue(actor={"mbox": "mailto:b@example.org"})
                assert end_launches(actor_keys=["mbox mailto:a@example.org"]) == 1
                assert end_launches(actor_keys=["mbox mailto:a@example.org"]) == 0
            assert (works(app, mine), works(app, other)) == (False, True)

    def test_its_authority_names_no_person(self, app):
        with app.app_context(), write():
            issued = self.issue(actor={"name": "Ann", "mbox": "mailto:a@example.org"})
            caller = service.check(*issued)
        assert "ann" not in json.dumps(caller.authority).lower().replace('"name"', "")
        assert caller.authority["account"]["name"].startswith("launch:")
        assert (caller.tolerant, caller.trust, caller.bound.activity) == (True, "launch", "a:b")


def test_a_key_that_waits_is_refused_by_the_service(app, key, noon):
    pair = key(rate_limit=1)
    with app.app_context(), frozen(noon):
        service.check(*pair)
        with pytest.raises(TooMany):
            service.check(*pair)
