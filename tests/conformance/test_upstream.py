"""Defects of libraries that we work round, reproduced: when one of these fails, it was mended, and docs/upstream.md says what may go."""

import pytest

pytestmark = pytest.mark.browser

SCORM_AGAIN = """async (visits) => {
    const { Scorm2004API } = await import("/static/core/vendor/scorm-again/scorm2004.min.js");
    const leaf = (id) => ({ id, title: id, primaryObjective: { objectiveID: `${id}_o` },
        deliveryControls: { completionSetByContent: true, objectiveSetByContent: true } });
    const activityTree = { id: "root", title: "root", sequencingControls: { choice: true, flow: true },
        primaryObjective: { objectiveID: "root_o" }, children: [leaf("a"), leaf("b")] };
    const api = new Scorm2004API({ logLevel: 5, autoRollupOnCMIChange: false, sequencing: { activityTree } });
    api.processNavigationRequest("start");
    for (const visit of visits) {
        api.Initialize("");
        for (const [element, value] of Object.entries(visit)) api.SetValue(element, value);
        api.Terminate("");
        api.reset();
    }
    return api.getSequencingState().rootActivity.objectiveNormalizedMeasure;
}"""


@pytest.fixture
def measure_of(live_server, browse):
    """``measure_of([{element: value}, …])``: what scorm-again's engine makes of two SCOs' scores."""
    page = browse()
    page.goto(f"{live_server.content_url}/static/core/vendor/scorm-again/scorm2004.min.js")
    return lambda visits: page.evaluate(SCORM_AGAIN, visits)


def test_scorm_again_weighs_what_is_not_completed_less(measure_of):
    first = {"cmi.score.scaled": "0.6", "cmi.completion_status": "incomplete", "adl.nav.request": "continue"}
    second = {"cmi.score.scaled": "0.8", "cmi.completion_status": "completed", "adl.nav.request": "exitAll"}
    assert measure_of([first, second]) == pytest.approx(0.7111, abs=0.0001), "RB.1.1 a knows weights of the manifest only: 0.7"


def test_scorm_again_leaves_a_child_without_a_measure_out_of_the_mean(measure_of):
    first = {"cmi.score.scaled": "0.6", "cmi.completion_status": "completed", "adl.nav.request": "exitAll"}
    assert measure_of([first]) == pytest.approx(0.6), "RB.1.1 a counts its weight: 0.3"
