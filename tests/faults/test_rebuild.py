"""What is derived from the log, thrown away and computed again on a living installation, is what it was (RELIABILITY 34)."""

import json
import time

from support.acting import committing, posting
from support.counts import tell
from support.load import Load, everything, key_for
from support.server import ROOT

from app import create_app
from core.db import Base, db
from core.settings import from_env

LEARNERS = 2


def derived(server, tables: list[str]) -> dict[str, list]:
    environment = {k: v for k, v in server.environment.items() if k.startswith("COLLOQUIUM_")}
    app = create_app(from_env(environment))
    with app.app_context():
        rows = {name: sorted(map(repr, db.session.execute(Base.metadata.tables[name].select()).all())) for name in tables}
        db.session.remove()
        db.engine.dispose()
    return rows


def caught_up(server) -> list[dict]:
    """The projections, when all of them have read to the same end, which the load no longer moves."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = server.cli("projection", "list")
        if len({p["position"] for p in found}) == 1 and found == server.cli("projection", "list"):
            return found
    raise AssertionError(f"the projections did not catch up: {found}")


def test_a_rebuild_gives_what_folding_one_by_one_gave(server):
    headers = key_for(server.start())
    server.headers = headers
    for number in range(LEARNERS):
        words = ("--email", f"learner{number}@example.org", "--name", f"L{number}", "--role", "learner", "--password-stdin")
        server.cli("user", "create", *words, stdin="a long passphrase here")
    server.item = server.cli("package", "import", str(ROOT / "sample_packages" / "built" / "welcome.zip"), "--publish")[0]["item"]
    with Load(server, headers, clients=1, largest=5, pause=0.1):
        for number in range(LEARNERS):
            act, _headers, _sco = committing(server, number)
            assert all(act(turn)[0].status == 200 for turn in range(1, 6))
            assert posting(server, number)(1)[0].status == 201
    names = [p["name"] for p in caught_up(server)]
    server.stop()
    tables = ["progress", "progress_attempt", "progress_fact", "pulse_fact", "pulse_presence"]
    before = derived(server, tables)
    assert all(before.values()), "there is something to lose"
    counts = server.cli("projection", "rebuild")
    assert derived(server, tables) == before
    server.start()
    stored = len(everything(server, headers))
    assert set(counts) == set(names)
    assert json.loads(server.http.request("GET", f"{server.url}/readyz").data)["status"] == "ok"
    tell(projections=len(names), statements=stored)
