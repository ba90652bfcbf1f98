"""The tree of contents of a SCORM package, independent of the edition that described it.

It is stored as JSON with the package version and read back into these classes. Sequencing is kept as the XML of the
manifest, with its namespaces, for the sequencing engine to read.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

EXTERNAL = ("http://", "https://")


@dataclass(slots=True)
class Node:
    """One item of an organization: a leaf that can be launched, a chapter that holds others, or both (1.2 allows it).

    ``launch`` is the address to open: a path inside the package, percent-encoded, with query and fragment, or an absolute
    http(s) address elsewhere; None where there is nothing to open. ``scorm_type`` is ``sco``, ``asset`` or None.
    ``mastery_score`` is 1.2's 0 to 100; ``scaled_passing_score`` (-1 to 1) and ``completion_threshold`` (0 to 1) are 2004's.
    ``max_time_allowed`` is as written: HHHH:MM:SS in 1.2, an ISO 8601 duration in 2004. ``objectives`` lists the identifiers of the
    sequencing objectives, the primary one first. ``hide_ui`` names the buttons that the player must not offer.
    """

    identifier: str
    title: str
    launch: str | None = None
    scorm_type: str | None = None
    visible: bool = True
    mastery_score: float | None = None
    launch_data: str = ""
    max_time_allowed: str = ""
    time_limit_action: str = ""
    prerequisites: str = ""
    completion_threshold: float | None = None
    scaled_passing_score: float | None = None
    objectives: list[str] = field(default_factory=list)
    hide_ui: list[str] = field(default_factory=list)
    sequencing: str = ""
    presentation: str = ""
    shared_data: str = ""
    completion: str = ""
    children: list["Node"] = field(default_factory=list)

    @property
    def external(self) -> bool:
        """True where the content lives on another host."""
        return bool(self.launch) and self.launch.lower().startswith(EXTERNAL)

    def walk(self) -> Iterator["Node"]:
        """This node and all below it, in reading order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))


@dataclass(slots=True)
class Organization:
    """One way through the package; ``items`` are its top nodes. ``cmi5`` is a course structure (``scorm.packages.cmi5.structure``)."""

    identifier: str
    title: str
    items: list[Node] = field(default_factory=list)
    sequencing: str = ""
    objectives_global: bool = True
    shared_data_global: bool = True
    completion: str = ""
    cmi5: dict | None = None

    def walk(self) -> Iterator[Node]:
        """Every node in reading order."""
        for item in self.items:
            yield from item.walk()

    def launchable(self) -> list[Node]:
        """The nodes that have something to open, in reading order."""
        return [node for node in self.walk() if node.launch]

    def find(self, identifier: str) -> Node | None:
        """The node of that identifier, or None."""
        return next((node for node in self.walk() if node.identifier == identifier), None)


@dataclass(slots=True)
class Tree:
    """All organizations, the default one first, and the sequencing rules they share (XML)."""

    organizations: list[Organization] = field(default_factory=list)
    sequencing_collection: str = ""

    def to_json(self) -> dict:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict) -> "Tree":
        return cls([_organization(o) for o in data["organizations"]], data.get("sequencing_collection", ""))


def _organization(data: dict) -> Organization:
    return Organization(**{**data, "items": [_node(n) for n in data["items"]]})


def _node(data: dict) -> Node:
    return Node(**{**data, "children": [_node(n) for n in data["children"]]})
