"""The sequencing of a manifest as the tree that the engine plays (SCORM 2004 4th ed. CAM 5, SN 3)."""

import zipfile

from support.tiny_packages import tiny

from scorm.packages.findings import Findings
from scorm.packages.manifest.parse import read_manifest
from scorm.packages.sequencing import activity_tree, is_sequenced

PAGES = {"one.html": "1", "two.html": "2"}


def read(extras, *, pages=PAGES, collection=""):
    with zipfile.ZipFile(tiny(pages, edition="2004", extras=extras)) as archive:
        manifest = archive.read("imsmanifest.xml").decode()
    manifest = manifest.replace("</manifest>", collection + "</manifest>")
    return read_manifest(manifest.encode(), folder="", find=lambda path: path, findings=Findings()).tree


def first(extras, **options):
    return activity_tree(read([extras, ""], **options))["tree"]["children"][0]


def test_a_course_without_sequencing_is_free():
    assert not is_sequenced(read(["", ""]))
    assert not is_sequenced(read("<imsss:sequencing><imsss:controlMode flow='true'/></imsss:sequencing>", pages={"one.html": "1"}))


def test_parts_with_control_modes_are_led():
    assert is_sequenced(read(["<imsss:sequencing><imsss:controlMode choice='false' flow='true'/></imsss:sequencing>", ""]))


def test_rules_with_their_conditions():
    rules = first(
        "<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions conditionCombination='any'>"
        "<imsss:ruleCondition condition='objectiveMeasureGreaterThan' measureThreshold='0.5' "
        "referencedObjective=' o%20%20 1 ' operator='not'/>"
        "<imsss:ruleCondition condition='attempted'/></imsss:ruleConditions><imsss:ruleAction action='skip'/></imsss:preConditionRule>"
        "</imsss:sequencingRules></imsss:sequencing>"
    )["sequencingRules"]
    condition = {
        "condition": "objectiveMeasureGreaterThan",
        "operator": "not",
        "referencedObjective": "o 1",
        "parameters": {"threshold": 0.5},
    }
    assert rules == {
        "preConditionRules": [{"action": "skip", "conditionCombination": "any", "conditions": [condition, {"condition": "attempted"}]}]
    }


def test_an_own_element_stands_in_place_of_the_collection_s():
    shared = (
        "<imsss:sequencingCollection xmlns:imsss='http://www.imsglobal.org/xsd/imsss'><imsss:sequencing ID=' s '>"
        "<imsss:controlMode flow='true' forwardOnly='true'/><imsss:limitConditions attemptLimit='2'/></imsss:sequencing>"
        "</imsss:sequencingCollection>"
    )
    activity = first("<imsss:sequencing IDRef='s'><imsss:controlMode choice='false'/></imsss:sequencing>", collection=shared)
    assert activity["sequencingControls"] == {"choice": False}
    assert activity["attemptLimit"] == 2


def test_what_maps_read_unless_they_say_otherwise():
    objective = (
        "<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID='p'><imsss:mapInfo targetObjectiveID='g' "
        "writeSatisfiedStatus='true'/></imsss:primaryObjective></imsss:objectives>{}</imsss:sequencing>"
    )
    (only,) = first(objective.format(""))["primaryObjective"]["mapInfo"]
    assert [only[name] for name in ("readSatisfiedStatus", "writeSatisfiedStatus", "readCompletionStatus")] == [True, True, False]
    extension = (
        "<adlseq:objectives><adlseq:objective objectiveID='p'><adlseq:mapInfo targetObjectiveID='g' writeRawScore='true'/>"
        "</adlseq:objective></adlseq:objectives>"
    )
    (both,) = first(objective.format(extension))["primaryObjective"]["mapInfo"]
    assert [both[name] for name in ("readCompletionStatus", "writeRawScore", "writeCompletionStatus")] == [True, True, False]


def test_thresholds_of_both_editions():
    assert first("<adlcp:completionThreshold>0.5</adlcp:completionThreshold>")["completionThreshold"] == {
        "completedByMeasure": True,
        "minProgressMeasure": 0.5,
    }
    fourth = first("<adlcp:completionThreshold completedByMeasure='false' minProgressMeasure='0.7'/>")["completionThreshold"]
    assert fourth == {"completedByMeasure": False, "minProgressMeasure": 0.7}
