"""One ``<item>`` as a node of the tree, with what its edition says about playing it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import hrefs, xml
from scorm.packages.manifest.resources import SCO, Catalogue, Resource
from scorm.packages.tree import Node

MAX_DEPTH, MAX_ITEMS = 50, 5_000
_TITLE, _IDENTIFIER = 300, 900
_LAUNCH_PROBLEMS = {hrefs.MISSING: "item.launch_missing", hrefs.OUTSIDE: "item.launch_outside", hrefs.SCHEME: "item.launch_scheme"}


@dataclass(slots=True)
class Reading:
    """What reading the items of a manifest needs to know and remembers.

    ``submanifests`` are the organizations of nested manifests by the manifest's identifier (None where it has none), ``within`` the
    nested ones that are being read, the innermost last.
    """

    catalogue: Catalogue
    submanifests: dict[str, xml.Element | None]
    findings: Findings
    within: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)
    collections: dict[str, xml.Element] = field(default_factory=dict)


def read_items(parent: xml.Element, reading: Reading, depth: int = 1) -> list[Node]:
    """The items directly under an organization or item, with all below them."""
    if depth > MAX_DEPTH:
        raise Refused("manifest.too_deep", limit=MAX_DEPTH)
    return [_item(element, reading, depth) for element in xml.children(parent, "item")]


def _item(element: xml.Element, reading: Reading, depth: int) -> Node:
    identifier = _identifier(element, reading)
    node = Node(identifier, _title(element, identifier, reading))
    node.visible = (xml.attribute(element, "isvisible") or "true").strip().lower() not in ("false", "0")
    reference = (xml.attribute(element, "identifierref") or "").strip()
    nested = reference in reading.submanifests and reference not in reading.within
    if reference and not nested:
        _launch(node, element, reference, reading)
    _playing(node, element, reading)
    node.children = read_items(element, reading, depth + 1)
    if nested:
        node.children += _nested(reference, reading, depth + 1)
    return node


def _nested(manifest: str, reading: Reading, depth: int) -> list[Node]:
    """What a nested manifest puts in the place of the item that refers to it: its items, or its SCOs where it orders none."""
    inner, around = replace(reading, within=(*reading.within, manifest)), reading.submanifests[manifest]
    found = read_items(around, inner, depth) if around is not None else []
    return found or nodes_of(reading.catalogue.scopes.get(manifest, {}).values(), reading.findings, reading.used)


def nodes_of(resources: Iterable[Resource], findings: Findings, used: set[str]) -> list[Node]:
    """A table of contents made of resources: the SCOs, or without any the pages, named after their files."""
    openable = [r for r in resources if r.target and r.target.kind in (hrefs.INTERNAL, hrefs.MISSING, hrefs.EXTERNAL)]
    nodes = []
    for resource in [r for r in openable if r.scorm_type == SCO] or openable:
        if resource.identifier in used:
            continue
        used.add(resource.identifier)
        node = Node(resource.identifier, resource.target.path.rpartition("/")[2].rpartition(".")[0] or resource.identifier)
        open_resource(node, resource, "", findings)
        nodes.append(node)
    return nodes


def _identifier(element: xml.Element, reading: Reading) -> str:
    """The item's identifier, made unique: tracking is kept by it."""
    if len(reading.used) >= MAX_ITEMS:
        raise Refused("manifest.too_many_items", limit=MAX_ITEMS)
    given = (xml.attribute(element, "identifier") or "").strip()[:_IDENTIFIER]
    identifier, number = given or "item", 1
    while identifier in reading.used or (not given and number == 1):
        number += 1
        identifier = f"{given or 'item'}-{number}"
    reading.used.add(identifier)
    if not given:
        reading.findings.add("item.no_identifier", identifier, identifier=identifier)
    elif identifier != given:
        reading.findings.add("item.duplicate", given, identifier=given, renamed=identifier)
    return identifier


def _title(element: xml.Element, identifier: str, reading: Reading) -> str:
    title = xml.text(xml.child(element, "title"))[:_TITLE]
    if not title:
        title = identifier
        reading.findings.add("item.no_title", identifier, title=title)
    return title


def _launch(node: Node, element: xml.Element, reference: str, reading: Reading) -> None:
    resource = reading.catalogue.find(reference, reading.within[-1] if reading.within else "")
    if resource is None:
        reading.findings.add("item.dangling", node.identifier, title=node.title, resource=reference)
        return
    open_resource(node, resource, xml.attribute(element, "parameters") or "", reading.findings)


def open_resource(node: Node, resource: Resource, parameters: str, findings: Findings) -> None:
    """Let the node open a resource; what keeps it from opening is noted as an error."""
    target = resource.target
    if target is None:
        findings.add("item.no_href", node.identifier, title=node.title, resource=resource.identifier)
        return
    if code := _LAUNCH_PROBLEMS.get(target.kind):
        findings.add(code, node.identifier, title=node.title, href=resource.href[:200])
        return
    if target.kind == hrefs.EXTERNAL:
        findings.add("item.external", node.identifier, title=node.title, href=target.address[:200])
    elif target.respelt:
        findings.add("item.launch_case", node.identifier, title=node.title, href=resource.href, file=target.path)
    node.launch = hrefs.with_parameters(target.address, parameters)
    node.scorm_type = resource.scorm_type


def _playing(node: Node, element: xml.Element, reading: Reading) -> None:
    """1.2's ``adlcp`` elements and 2004's, whose names differ only in capitals; limits and measures from sequencing."""
    prerequisites = xml.child(element, "prerequisites")
    node.prerequisites = xml.raw_text(prerequisites)
    if node.prerequisites and (xml.attribute(prerequisites, "type") or "aicc_script").strip().lower() != "aicc_script":
        reading.findings.add("prerequisites.unreadable", node.identifier, title=node.title, script=node.prerequisites[:200])
        node.prerequisites = ""
    node.launch_data = xml.raw_text(xml.child(element, "datafromlms"))
    node.max_time_allowed = xml.text(xml.child(element, "maxtimeallowed"))
    node.time_limit_action = xml.text(xml.child(element, "timelimitaction")).replace(", ", ",")
    node.mastery_score = _number(xml.text(xml.child(element, "masteryscore")), "masteryscore", 0, 100, node, reading.findings)
    completion = xml.child(element, "completionthreshold")
    node.completion, node.completion_threshold = xml.source(completion), _threshold(completion, node, reading.findings)
    presentation = xml.child(element, "presentation")
    node.presentation = xml.source(presentation)
    node.hide_ui = [xml.text(e) for e in xml.children(xml.child(presentation, "navigationinterface"), "hidelmsui")]
    node.shared_data = xml.source(xml.child(element, "data"))
    _sequencing(node, xml.child(element, "sequencing"), reading)


def _sequencing(node: Node, sequencing: xml.Element | None, reading: Reading) -> None:
    if sequencing is None:
        return
    node.sequencing = xml.source(sequencing)
    shared = reading.collections.get(xml.attribute(sequencing, "idref") or "")
    limits = _own_or_shared(sequencing, shared, "limitconditions")
    if limits is not None:
        node.max_time_allowed = node.max_time_allowed or xml.attribute(limits, "attemptabsolutedurationlimit") or ""
    objectives = _own_or_shared(sequencing, shared, "objectives")
    primary = xml.child(objectives, "primaryobjective")
    if primary is not None and (xml.attribute(primary, "satisfiedbymeasure") or "").lower() in ("true", "1"):
        written = xml.text(xml.child(primary, "minnormalizedmeasure")) or "1.0"
        node.scaled_passing_score = _number(written, "minNormalizedMeasure", -1, 1, node, reading.findings)
    every = xml.children(objectives, "primaryobjective", "objective")
    node.objectives = [i for e in every if (i := (xml.attribute(e, "objectiveid") or "").strip())]


def _own_or_shared(sequencing: xml.Element, shared: xml.Element | None, name: str) -> xml.Element | None:
    """An element of the activity's sequencing overrides the same one of the collection it refers to (SN 3.1)."""
    own = xml.child(sequencing, name)
    return own if own is not None else xml.child(shared, name)


def _threshold(element: xml.Element | None, node: Node, findings: Findings) -> float | None:
    """3rd edition writes the number as text; 4th has attributes and a switch."""
    if element is None:
        return None
    if (switch := xml.attribute(element, "completedbymeasure")) is not None:
        if switch.strip().lower() not in ("true", "1"):
            return None
        written = xml.attribute(element, "minprogressmeasure") or "1.0"
    else:
        written = xml.text(element)
    return _number(written, "completionThreshold", 0, 1, node, findings)


def _number(written: str, name: str, low: float, high: float, node: Node, findings: Findings) -> float | None:
    if not written:
        return None
    try:
        value = float(written)
    except ValueError:
        value = float("nan")
    if low <= value <= high:
        return value
    findings.add("item.number", node.identifier, title=node.title, name=name, value=written[:60])
    return None
