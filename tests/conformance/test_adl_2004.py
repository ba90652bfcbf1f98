"""ADL's SCORM 2004 4th edition LMS test: its packages imported, its scripts played in a browser with the real player.

``./run adl FOLDER`` plays every script of a folder that has ``packages/`` and ``scripts/``; the test suite itself plays every twelfth, for
each takes some seconds.
"""

import os
from pathlib import Path

import pytest
from support.adl_player import Player, complete
from support.adl_script import read_script
from support.courses import publish

from core.db import write
from scorm.play.models import GlobalObjectives

pytestmark = [pytest.mark.browser, pytest.mark.adl]
ROOT = Path(__file__).parent.parent.parent
PREFIX = "LMSTestPackage_"


def folder() -> Path:
    given = os.environ.get("COLLOQUIUM_ADL")
    packages = os.environ.get("COLLOQUIUM_TEST_PACKAGES", ROOT.parent / "shared" / "packages")
    return Path(given) if given else Path(packages) / "adl-2004-4th"


EVERY = 1 if "COLLOQUIUM_ADL" in os.environ else 12
CASES = sorted(p.stem for p in (folder() / "scripts").glob("*.properties"))[::EVERY] or ["missing"]


@pytest.fixture
def case_folder(packages_dir):
    return folder()


# What a script takes for granted: the packages that come before it in ADL's test, played by the same learner.
BEFORE = {"OB-03c": "OB-03a"}


@pytest.mark.parametrize("case", CASES)
def test_plays_as_its_script_says(case, case_folder, live_server, live_people, browse, record_property):
    page, asserted = browse(live_people["alice"]), 0
    if case == "CO-07b":  # CO-07a is not among the packages; this is what it leaves behind
        known = {f"gObj-CO07-obj{n}": {"completed": True} for n in (1, 2)}
        with live_server.app.app_context(), write() as session:
            session.add(GlobalObjectives(person_id=live_people["alice"].id, known=known))
    for name in [*([BEFORE[case]] if case in BEFORE else []), case]:
        script = read_script((case_folder / "scripts" / f"{name}.properties").read_text("latin-1"))
        items = {}
        for path in sorted((case_folder / "packages").glob(f"{PREFIX}{name}*.zip")):
            package = path.stem.removeprefix(PREFIX)
            if package == name or name == "DDM":
                items[package] = publish(live_server, complete(path.read_bytes()), owner=live_people["erin"])
        if name == "DDM":  # the script plays DDMa and DDMb in turn; where only one of the packages is there, its visits are played
            script.visits = [v for v in script.visits if f"DDM{v.activity[-1]}" in items]
            script.start = "."
        player = Player(page, items, next(iter(items)))
        player.play(script)
        asserted += player.asserted
        assert player.asserted >= len(script.visits)
    record_property("asserted", asserted)
