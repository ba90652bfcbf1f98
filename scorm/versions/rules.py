"""What two versions of a course have in common, and whether an attempt can go from one to the other. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from scorm.packages.sequencing import is_sequenced
from scorm.packages.tree import Node, Tree

STAY, MOVE = "stay", "move"
MAX_NOTE = 500
SCORM = ("scorm12", "scorm2004")
# Formats whose attempts are kept by the identifiers of parts: by us, or in the record store by what the part calls itself.
BY_PARTS = (*SCORM, "xapi")


@dataclass(frozen=True)
class Part:
    """One line that learners can open."""

    identifier: str
    title: str
    launch: str


@dataclass(frozen=True)
class Comparison:
    """Two versions side by side, in reading order.

    ``kept`` are pairs (before, after) of the same identifier. ``renamed`` is the pair of two courses of one part each, whose
    identifiers differ: what was stored in the one belongs to the other.
    """

    kept: list[tuple[Part, Part]] = field(default_factory=list)
    new: list[Part] = field(default_factory=list)
    gone: list[Part] = field(default_factory=list)
    renamed: tuple[Part, Part] | None = None

    @property
    def retitled(self) -> list[tuple[Part, Part]]:
        """Pairs whose titles differ."""
        return [(old, new) for old, new in self.kept if old.title != new.title]

    @property
    def relaunched(self) -> list[tuple[Part, Part]]:
        """Pairs that open another file."""
        return [(old, new) for old, new in self.kept if old.launch != new.launch]


def parts_of(tree: Tree) -> dict[str, Part]:
    """The parts of the course that learners get, by identifier."""
    return {n.identifier: Part(n.identifier, n.title, n.launch) for n in tree.organizations[0].launchable()}


def compare(old: Tree, new: Tree) -> Comparison:
    """What stays, comes, goes and changes from the one to the other."""
    before, after = parts_of(old), parts_of(new)
    kept = [(before[name], part) for name, part in after.items() if name in before]
    if not kept and len(before) == len(after) == 1:
        return Comparison(renamed=(*before.values(), *after.values()))
    return Comparison(kept, _without(after, before), _without(before, after))


def _without(parts: Mapping[str, Part], others: Mapping[str, Part]) -> list[Part]:
    return [part for name, part in parts.items() if name not in others]


def obstacle(*, old_format: str, old: Tree, new_format: str, new: Tree) -> str:
    """Why attempts cannot go from the one version to the other, or "".

    ``format``: the states would mean something else. ``own``: attempts of this format (cmi5) are more than states of parts.
    ``sequencing``: where a learner stands in a sequenced course is told in the words of its tree, so that has to be the same;
    titles, files and rules may differ. ``nothing``: no part is in both.
    """
    if old_format != new_format:
        return "format"
    if old_format not in BY_PARTS:
        return "own"
    found = compare(old, new)
    if found.renamed:
        return "" if old_format in SCORM else "nothing"
    if (is_sequenced(old) or is_sequenced(new)) and not (is_sequenced(old) and is_sequenced(new) and _shape(old) == _shape(new)):
        return "sequencing"
    return "" if found.kept else "nothing"


def _shape(tree: Tree) -> tuple:
    """The identifiers of the activities, as they lie in each other."""
    organization = tree.organizations[0]
    return (organization.identifier, tuple(map(_nested, organization.items)))


def _nested(node: Node) -> tuple:
    return (node.identifier, tuple(map(_nested, node.children)))
