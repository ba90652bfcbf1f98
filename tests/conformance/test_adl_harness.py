"""What plays ADL's scripts can fail: a broken engine does not pass, and a line that is not understood is an error."""

from pathlib import Path

import pytest
from support.adl_player import Failed, Player, complete
from support.adl_script import NotUnderstood, read_script
from support.courses import publish

import scorm.play

ENGINE = Path(scorm.play.__file__).parent / "static" / "sequencing"

SABOTAGE = {
    "no rule ever holds": ("OB-05b", "rules.js", "=== true) return rule.action;", "=== null) return rule.action;"),
    "nothing is written to global objectives": ("OB-01c", "activity.js", "const name of Object.keys(VALUES)) {", "const name of []) {"),
    "nothing rolls up": ("RU-11", "rollup.js", "    if (!one.delivery.tracked) continue;", "    continue;"),
}


@pytest.fixture
def scripts(packages_dir):
    """``scripts("RU-11")``: the text of a script."""
    return lambda case: (packages_dir / "adl-2004-4th" / "scripts" / f"{case}.properties").read_text("latin-1")


@pytest.mark.browser
@pytest.mark.parametrize("broken", SABOTAGE)
def test_a_broken_engine_does_not_pass(broken, scripts, packages_dir, live_server, live_people, browse):
    case, name, line, other = SABOTAGE[broken]
    source = (ENGINE / name).read_text()
    assert source.count(line) == 1, "the engine has changed: break another line"
    package = (packages_dir / "adl-2004-4th" / "packages" / f"LMSTestPackage_{case}.zip").read_bytes()
    item = publish(live_server, complete(package), owner=live_people["erin"])
    page = browse(live_people["alice"])
    broken_source = source.replace(line, other)
    page.context.route(f"**/sequencing/{name}", lambda route: route.fulfill(body=broken_source, content_type="text/javascript"))
    player = Player(page, {case: item}, case, patience=3.0)
    with pytest.raises(Failed):
        player.play(read_script(scripts(case)))


@pytest.mark.parametrize(
    "line",
    ["Act1V1.commands.9=FLY->c~LOC->x->0", "Act1V1.banana=1", "Act1V1.UIQ.9=moon.enabled", "what is this"],
)
def test_a_line_that_is_not_understood_is_an_error(line, scripts):
    with pytest.raises(NotUnderstood):
        read_script(f"{scripts('RU-11')}\n{line}\n")


def test_every_script_is_understood_and_compares_something(packages_dir, scripts):
    cases = sorted(path.stem for path in (packages_dir / "adl-2004-4th" / "scripts").glob("*.properties"))
    assert len(cases) == 126
    for case in cases:
        visits = read_script(scripts(case)).visits
        assert visits, case
        assert sum(len(visit.calls) + len(visit.questions) for visit in visits), case
