"""The course structure as data, and the schema's rules about it (CourseStructure.xsd). Pure.

Nothing here calls itself, for blocks may be nested as deep as their author likes.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from uuid import NAMESPACE_URL, uuid5

from lxml import etree

from lrs.statements.formats import is_language
from scorm.packages.findings import Refused

NAMESPACE = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
NAME = "cmi5.xml"
MOVE_ON = ("NotApplicable", "Passed", "Completed", "CompletedAndPassed", "CompletedOrPassed")
LAUNCH_METHODS = ("AnyWindow", "OwnWindow")
AU, BLOCK = "au", "block"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?=.)")
_SCORE = re.compile(r"\+?(0+(\.\d*)?|\.\d+|0*1(\.0*)?)")
# Children in the order in which the schema wants them: name → (at least, at most); what is joined by | may be mixed.
_MANY = 1 << 30
_TEXTS = {"title": (1, 1), "description": (1, 1)}
_PARTS = {"au|block": (1, _MANY)}
_CONTENT = {
    "courseStructure": {"course": (1, 1), "objectives": (0, 1), **_PARTS},
    "course": _TEXTS,
    BLOCK: {**_TEXTS, "objectives": (0, 1), **_PARTS},
    AU: {**_TEXTS, "objectives": (0, 1), "url": (1, 1), "launchParameters": (0, 1), "entitlementKey": (0, 1)},
    "title": {"langstring": (1, _MANY)},
    "description": {"langstring": (1, _MANY)},
    "objectives": {"objective": (1, _MANY)},
    "objective": {"title|description": (2, 2)},
    "reference": {},
    "langstring": {},
    "url": {},
}
_ATTRIBUTES = {
    "course": {"id"},
    BLOCK: {"id"},
    AU: {"id", "moveOn", "masteryScore", "launchMethod", "activityType"},
    "objective": {"id"},
    "reference": {"idref"},
    "langstring": {"lang"},
}
_REQUIRED = {"course": "id", BLOCK: "id", AU: "id", "objective": "id"}
# Whatever lies inside these is theirs.
_OPEN = {"launchParameters", "entitlementKey"}
_TEXT_ONLY = {"langstring", "url"}


@dataclass(slots=True)
class Part:
    """A block or an assignable unit. ``parent`` is the number of its block in :attr:`Structure.parts`, None at the top.

    ``id`` is the publisher's. ``address`` is what ``url`` leads to: a path in the zip, percent-encoded, or an absolute address.
    ``title`` and ``description`` map language tags (``und`` where none was given) to texts.
    """

    kind: str
    id: str
    title: dict[str, str]
    description: dict[str, str]
    parent: int | None = None
    objectives: list[str] = field(default_factory=list)
    url: str = ""
    address: str = ""
    launch_method: str = "AnyWindow"
    move_on: str = "NotApplicable"
    mastery_score: float | None = None
    launch_parameters: str | None = None
    entitlement_key: str | None = None
    activity_type: str = ""

    @property
    def identifier(self) -> str:
        """A name of fixed length that only depends on the publisher's id, so that it is the same in the next version of a course."""
        return str(uuid5(NAMESPACE_URL, f"{self.kind} {self.id}"))

    @property
    def external(self) -> bool:
        """Whether ``address`` leads out of the package, by whatever scheme."""
        return bool(SCHEME.match(self.address))

    @property
    def own_window(self) -> bool:
        """Whether the unit must not, or cannot, play in a frame."""
        return self.launch_method == "OwnWindow" or (self.external and not self.address.lower().startswith(("http:", "https:")))


@dataclass(slots=True)
class Structure:
    """A course: blocks and units in reading order, a block before what it holds. ``objectives`` are (id, title, description)."""

    id: str
    title: dict[str, str]
    description: dict[str, str]
    objectives: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def units(self) -> list[tuple[int, Part]]:
        """The assignable units with their numbers among the parts, in reading order."""
        return [(number, part) for number, part in enumerate(self.parts) if part.kind == AU]

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Structure":
        return cls(**{**data, "parts": [Part(**part) for part in data["parts"]]})


def text_in(texts: dict[str, str]) -> str:
    """One text for a list: the first that says something."""
    return next((text for text in texts.values() if text), "")


def parse(text: str) -> etree._Element:
    """The root element of a course structure; :class:`Refused` for what is no XML or something else. Entities and DTDs are not read."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=True, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        reason = re.sub(r", line \d+, column \d+.*$", "", error.msg or "")[:200]
        raise Refused("cmi5.malformed", f"{NAME}:{error.lineno}", reason=reason) from None
    if root.tag != f"{{{NAMESPACE}}}courseStructure":
        raise Refused("cmi5.not_a_structure", NAME, root=str(root.tag)[:200])
    return root


def read(root: etree._Element) -> Structure:
    """The structure, as the schema allows it; :class:`Refused` names the line and what is wrong there."""
    for element, kind in _walk(root):
        _check(element, kind)
    course = _child(root, "course")
    found = Structure(_attribute(course, "id"), *_texts(course))
    for objective in _children(_child(root, "objectives"), "objective"):
        found.objectives.append((_attribute(objective, "id"), *_texts(objective)))
    stack = [(element, None) for element in reversed(_children(root, AU, BLOCK))]
    while stack:
        element, parent = stack.pop()
        stack.extend((child, len(found.parts)) for child in reversed(_children(element, AU, BLOCK)))
        found.parts.append(_part(element, parent))
    return found


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Every element of the schema's with its kind, in the order of the document; what others added is left out."""
    stack = [(root, "courseStructure")]
    while stack:
        element, kind = stack.pop()
        yield element, kind
        if kind in _OPEN:
            continue
        for child in reversed(element):
            name = _own(child)
            if name is not None:
                refers = name == "objective" and kind == "objectives" and _own(element.getparent()) in (AU, BLOCK)
                stack.append((child, "reference" if refers else name))


def _check(element: etree._Element, kind: str) -> None:
    if kind in _OPEN:
        return
    known = _ATTRIBUTES.get(kind, set())
    for name in element.attrib:
        if not name.startswith(("{", _XSI)) and name not in known:
            raise _wrong(element, "attribute", name=kind, found=name[:100])
    if (needed := _REQUIRED.get(kind)) and not _attribute(element, needed):
        raise _wrong(element, "attribute_missing", name=kind, attribute=needed)
    _check_children(element, kind)
    _check_values(element, kind)


def _check_children(element: etree._Element, kind: str) -> None:
    """The children must come in the schema's order, then those of others; text between them means nothing and is not allowed."""
    if kind not in _TEXT_ONLY and any((text or "").strip() for text in (element.text, *(child.tail for child in element))):
        raise _wrong(element, "text", name=kind)
    wanted = list(_CONTENT[kind].items())
    counts = [0] * len(wanted)
    at, foreign = 0, False
    for child in element:
        name = _own(child)
        if name is None and kind not in _TEXT_ONLY and str(child.tag).startswith("{"):
            foreign = True
            continue
        while not foreign and at < len(wanted) and (name not in wanted[at][0].split("|") or counts[at] == wanted[at][1]):
            at += 1
        if foreign or name is None or at == len(wanted):
            raise _wrong(child, "element", name=kind, found=etree.QName(child).localname[:100])
        counts[at] += 1
    for (names, (least, _most)), count in zip(wanted, counts, strict=True):
        if count < least:
            raise _wrong(element, "element_missing", name=kind, missing=names.replace("|", ", "))
    if kind == "objective" and len({_own(child) for child in element} - {None}) < 2:
        raise _wrong(element, "element_missing", name=kind, missing="title, description")


def _check_values(element: etree._Element, kind: str) -> None:
    if kind == "langstring" and element.get("lang") is not None and not is_language(_attribute(element, "lang")):
        raise _wrong(element, "value", name="lang", value=element.get("lang")[:100], allowed="en, fr-CA …")
    if kind == "url" and not _text(element):
        raise _wrong(element, "value", name="url", value="", allowed="index.html, https://…")
    if kind != AU:
        return
    for name, allowed in (("moveOn", MOVE_ON), ("launchMethod", LAUNCH_METHODS)):
        if element.get(name) is not None and _attribute(element, name) not in allowed:
            raise _wrong(element, "value", name=name, value=element.get(name)[:100], allowed=", ".join(allowed))
    if element.get("masteryScore") is not None:
        score = _attribute(element, "masteryScore")
        if not _SCORE.fullmatch(score) or len(score.partition(".")[2].rstrip("0")) > 4:
            raise _wrong(element, "value", name="masteryScore", value=score[:100], allowed="0 … 1 (0.8, 0.8125)")


def _part(element: etree._Element, parent: int | None) -> Part:
    kind = _own(element)
    part = Part(kind, _attribute(element, "id"), *_texts(element), parent=parent)
    part.objectives = [_attribute(e, "idref") for e in _children(_child(element, "objectives"), "objective")]
    if kind == AU:
        part.url = _text(_child(element, "url"))
        part.move_on = _attribute(element, "moveOn") or part.move_on
        part.launch_method = _attribute(element, "launchMethod") or part.launch_method
        part.mastery_score = float(_attribute(element, "masteryScore")) if element.get("masteryScore") is not None else None
        part.launch_parameters = _optional(_child(element, "launchParameters"))
        part.entitlement_key = _optional(_child(element, "entitlementKey"))
        part.activity_type = _attribute(element, "activityType")
    return part


def _texts(element: etree._Element) -> tuple[dict[str, str], dict[str, str]]:
    """Title and description; of two texts in one language the first is kept."""
    found = []
    for name in ("title", "description"):
        texts: dict[str, str] = {}
        for langstring in _children(_child(element, name), "langstring"):
            texts.setdefault(_attribute(langstring, "lang") or "und", _text(langstring))
        found.append(texts)
    return found[0], found[1]


def _own(element: etree._Element) -> str | None:
    """The element's name where it is one of the schema's, else None."""
    namespace, _brace, name = str(element.tag)[1:].partition("}")
    return name if namespace == NAMESPACE else None


def _children(element: etree._Element | None, *names: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if _own(child) in names]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _attribute(element: etree._Element, name: str) -> str:
    return (element.get(name) or "").strip()


def _text(element: etree._Element) -> str:
    return "".join(element.itertext()).strip()


def _optional(element: etree._Element | None) -> str | None:
    return None if element is None else _text(element)


def _wrong(element: etree._Element, what: str, **values) -> Refused:
    return Refused(f"cmi5.{what}", f"{NAME}:{element.sourceline}", **values)
