"""The sequencing of a 2004 course as the tree that the engine in the browser plays (SCORM 2004 4th ed. SN 3; CAM 5).

Read from the XML that was kept of each item. An element of an activity's own sequencing stands in place of the same element of the
collection it refers to by ``IDRef`` (CAM 5.1.1); a map of an objective that only the ADL extension names joins the IMS one.
"""

from urllib.parse import unquote

from lxml import etree

from scorm.packages.manifest import xml
from scorm.packages.tree import Node, Organization, Tree

# An objective without an identifier cannot be seen by content or mapped, yet it is the primary one: the engine needs a name for it.
NAMELESS = " "
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_CONTROL_MODE = ("choice", "choiceExit", "flow", "forwardOnly", "useCurrentAttemptObjectiveInfo", "useCurrentAttemptProgressInfo")
_CHOICE = ("preventActivation", "constrainChoice")
_SHARED = ("readSharedData", "writeSharedData")
_DELIVERY = ("tracked", "completionSetByContent", "objectiveSetByContent")
_REQUIRED = ("requiredForSatisfied", "requiredForNotSatisfied", "requiredForCompleted", "requiredForIncomplete")
# What a map reads unless it says otherwise: the IMS element two values, ADL's extension five more (SN 3.10.3, CAM 5.1.7.1).
_IMS_READS = ("readSatisfiedStatus", "readNormalizedMeasure")
_ADL_READS = ("readRawScore", "readMinScore", "readMaxScore", "readCompletionStatus", "readProgressMeasure")
_MAP_FLAGS = tuple(flag for read in _IMS_READS + _ADL_READS for flag in (read, read.replace("read", "write")))
_RULES = (
    ("preConditionRules", "preconditionrule"),
    ("exitConditionRules", "exitconditionrule"),
    ("postConditionRules", "postconditionrule"),
)


def is_sequenced(tree: Tree) -> bool:
    """Whether the default organization needs the engine: several parts with sequencing, or one part with rules or shared objectives."""
    organization = tree.organizations[0]
    sources = [organization.sequencing, *(node.sequencing for node in organization.walk())]
    if len(organization.launchable()) > 1:
        return any(sources)
    return any(word in source for source in sources for word in ("onditionRule", "attemptLimit", "mapInfo"))


def activity_tree(tree: Tree) -> dict:
    """``{"tree": activity, "sharedDataGlobal", "objectivesGlobal"}`` of the default organization, in the engine's own words."""
    organization = tree.organizations[0]
    shared = {_identifier(e, "id"): e for e in xml.children(_read(tree.sequencing_collection), "sequencing")}
    return {
        "tree": _root(organization, shared),
        "objectivesGlobal": organization.objectives_global,
        "sharedDataGlobal": organization.shared_data_global,
    }


def _read(source: str) -> xml.Element | None:
    return etree.fromstring(source.encode("utf-8", "surrogatepass"), _PARSER) if source else None


def _root(organization: Organization, shared: dict) -> dict:
    activity = {"id": organization.identifier, "title": organization.title, "isVisible": True}
    activity |= _sequencing(_read(organization.sequencing), shared) | _completion(_read(organization.completion))
    return activity | {"children": [_activity(node, shared) for node in organization.items]}


def _activity(node: Node, shared: dict) -> dict:
    activity = {"id": node.identifier, "title": node.title, "isVisible": node.visible}
    activity |= _sequencing(_read(node.sequencing), shared) | _completion(_read(node.completion))
    if node.hide_ui:
        activity["hideLmsUi"] = node.hide_ui
    if node.time_limit_action:
        activity["timeLimitAction"] = node.time_limit_action
    if maps := [_shared_data(e) for e in xml.children(_read(node.shared_data), "map")]:
        activity["sharedDataMaps"] = maps
    if node.children:
        activity["children"] = [_activity(child, shared) for child in node.children]
    return activity


def _sequencing(own: xml.Element | None, shared: dict) -> dict:
    """What the elements of one activity's sequencing say."""
    if own is None:
        return {}
    collection = shared.get(_identifier(own, "idref"))

    def element(name: str, namespace: str = "") -> xml.Element | None:
        for parent in (own, collection):
            for found in xml.children(parent, name):
                if ("adlseq" in xml.namespace(found)) == (namespace == "adlseq"):
                    return found
        return None

    controls = _flags(element("controlmode"), _CONTROL_MODE) | _flags(element("constrainedchoiceconsiderations", "adlseq"), _CHOICE)
    controls |= _randomization(element("randomizationcontrols"))
    rollup = element("rolluprules")
    controls |= _flags(rollup, ("rollupObjectiveSatisfied", "rollupProgressCompletion"))
    controls |= _numbers(rollup, ("objectiveMeasureWeight",))
    found = {
        "sequencingControls": controls,
        "sequencingRules": _rules(element("sequencingrules")),
        "rollupRules": {"rules": [_rollup_rule(e) for e in xml.children(rollup, "rolluprule")]},
        "rollupConsiderations": _considerations(element("rollupconsiderations", "adlseq")),
        "deliveryControls": _flags(element("deliverycontrols"), _DELIVERY),
        **_limits(element("limitconditions")),
        **_objectives(element("objectives"), element("objectives", "adlseq")),
    }
    return {name: value for name, value in found.items() if value not in ({}, [], {"rules": []})}


def _rules(element: xml.Element | None) -> dict:
    found = {name: [_rule(e) for e in xml.children(element, tag)] for name, tag in _RULES}
    return {name: rules for name, rules in found.items() if rules}


def _rule(element: xml.Element) -> dict:
    conditions = xml.child(element, "ruleconditions")
    return {
        "action": _action(xml.child(element, "ruleaction")),
        "conditionCombination": _word(conditions, "conditioncombination", "all"),
        "conditions": [_condition(e) for e in xml.children(conditions, "rulecondition")],
    }


def _condition(element: xml.Element) -> dict:
    condition = {"condition": _word(element, "condition", "always")}
    if _word(element, "operator", "noOp") == "not":
        condition["operator"] = "not"
    if objective := _identifier(element, "referencedobjective"):
        condition["referencedObjective"] = objective
    if (threshold := _number(element, "measurethreshold")) is not None:
        condition["parameters"] = {"threshold": threshold}
    return condition


def _rollup_rule(element: xml.Element) -> dict:
    conditions = xml.child(element, "rollupconditions")
    return {
        "action": _action(xml.child(element, "rollupaction")),
        "consideration": _word(element, "childactivityset", "all"),
        "conditionCombination": _word(conditions, "conditioncombination", "any"),
        "minimumCount": int(_number(element, "minimumcount") or 0),
        "minimumPercent": _number(element, "minimumpercent") or 0,
        "conditions": [_rollup_condition(e) for e in xml.children(conditions, "rollupcondition")],
    }


def _rollup_condition(element: xml.Element) -> dict:
    name = _word(element, "condition", "always")
    operator = {"operator": "not"} if _word(element, "operator", "noOp") == "not" else {}
    # The engine calls it by the name that the specification's tables use.
    return {"condition": "progressKnown" if name == "activityProgressKnown" else name, **operator}


def _action(element: xml.Element | None) -> str:
    return "" if element is None else _word(element, "action", "")


def _considerations(element: xml.Element | None) -> dict:
    words = {name: value for name in _REQUIRED if (value := _word(element, name.lower(), ""))}
    return words | _flags(element, ("measureSatisfactionIfActive",))


def _limits(element: xml.Element | None) -> dict:
    found = {}
    if (limit := _number(element, "attemptlimit")) is not None:
        found["attemptLimit"] = int(limit)
    for name in ("attemptAbsoluteDurationLimit", "activityAbsoluteDurationLimit", "beginTimeLimit", "endTimeLimit"):
        if written := _word(element, name.lower(), ""):
            found[name] = written
    return found


def _randomization(element: xml.Element | None) -> dict:
    if element is None:
        return {}
    found = {
        "randomizationTiming": _word(element, "randomizationtiming", "never"),
        "selectionTiming": _word(element, "selectiontiming", "never"),
    }
    if (count := _number(element, "selectcount")) is not None:
        found["selectCount"] = int(count)
    if _flag(element, "reorderchildren"):
        found["randomizeChildren"] = True
    return found


def _objectives(element: xml.Element | None, extension: xml.Element | None) -> dict:
    more = {_identifier(e, "objectiveid"): e for e in xml.children(extension, "objective")}
    primary = xml.child(element, "primaryobjective")
    found = {"primaryObjective": _objective(primary, more) if primary is not None else {"objectiveID": NAMELESS}}
    others = [_objective(e, more) for e in xml.children(element, "objective")]
    return found | ({"objectives": others} if others else {})


def _objective(element: xml.Element, more: dict[str, xml.Element]) -> dict:
    identifier = _identifier(element, "objectiveid")
    by_measure = _flag(element, "satisfiedbymeasure") or False
    found = {"objectiveID": identifier or NAMELESS, "satisfiedByMeasure": by_measure}
    if by_measure:
        found["minNormalizedMeasure"] = _as_number(xml.text(xml.child(element, "minnormalizedmeasure")), 1.0)
    maps: dict[str, dict] = {}
    for part, reads in ((element, _IMS_READS), (more.get(identifier), _ADL_READS)):
        for mapping in xml.children(part, "mapinfo"):
            target = _identifier(mapping, "targetobjectiveid")
            known = maps.setdefault(target, {"targetObjectiveID": target} | dict.fromkeys(_MAP_FLAGS, False))
            known.update(dict.fromkeys(reads, True) | _flags(mapping, _MAP_FLAGS))
    return found | ({"mapInfo": list(maps.values())} if maps else {})


def _shared_data(element: xml.Element) -> dict:
    return {"targetID": _identifier(element, "targetid")} | dict.fromkeys(_SHARED, True) | _flags(element, _SHARED)


def _completion(element: xml.Element | None) -> dict:
    """3rd edition writes the threshold as text, 4th as attributes (CAM 3.4.1.21)."""
    if element is None:
        return {}
    by_measure = _flag(element, "completedbymeasure")
    if by_measure is None and (text := xml.text(element)):
        return {"completionThreshold": {"completedByMeasure": True, "minProgressMeasure": _as_number(text, 1.0)}}
    found = {"completedByMeasure": bool(by_measure), **_numbers(element, ("minProgressMeasure", "progressWeight"))}
    return {"completionThreshold": {"minProgressMeasure": 1.0, **found}}


def _flags(element: xml.Element | None, names: tuple[str, ...]) -> dict:
    return {name: value for name in names if (value := _flag(element, name.lower())) is not None}


def _flag(element: xml.Element | None, name: str) -> bool | None:
    written = "" if element is None else (xml.attribute(element, name) or "").strip().lower()
    return written in ("true", "1") if written else None


def _numbers(element: xml.Element | None, names: tuple[str, ...]) -> dict:
    return {name: value for name in names if (value := _number(element, name.lower())) is not None}


def _number(element: xml.Element | None, name: str) -> float | None:
    return None if element is None else _as_number(xml.attribute(element, name) or "", None)


def _as_number(written: str, otherwise: float | None) -> float | None:
    try:
        return float(written)
    except ValueError:
        return otherwise


def _identifier(element: xml.Element, name: str) -> str:
    """An identifier as it is compared: an anyURI without its escapes, white space collapsed (XML Schema 1.0 part 2, 3.2.17)."""
    return " ".join(unquote(xml.attribute(element, name) or "").split())


def _word(element: xml.Element | None, name: str, otherwise: str) -> str:
    return otherwise if element is None else (xml.attribute(element, name) or "").strip() or otherwise
