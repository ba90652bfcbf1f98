"""What a theme's name may be, and how rows become a tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_NAME = 100
MAX_DEPTH = 4
SEPARATOR = "/"


@dataclass
class Branch:
    """A theme with what is under it; ``count`` includes the branches below."""

    id: int
    uuid: str
    name: str
    count: int = 0
    depth: int = 0
    children: list["Branch"] = field(default_factory=list)

    def walk(self) -> Iterable["Branch"]:
        """This branch, then everything under it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


def path_parts(path: str) -> list[str]:
    """``"Safety / Fire"`` → ``["Safety", "Fire"]``: blanks trimmed, empty parts dropped, at most four levels."""
    parts = [" ".join(part.split())[:MAX_NAME] for part in path.split(SEPARATOR)]
    return [part for part in parts if part][:MAX_DEPTH]


def path_key(parts: list[str]) -> str:
    """What two spellings of one path have in common."""
    return SEPARATOR.join(part.casefold() for part in parts)


def tree(rows: Iterable, own_counts: dict[int, int]) -> list[Branch]:
    """Theme rows (id, uuid, name, parent_id) → the roots, sorted by name; counts roll up.

    A row whose parent is missing counts as a root: nothing may vanish from the page because of a broken link.
    """
    rows = list(rows)
    branches = {row.id: Branch(id=row.id, uuid=row.uuid, name=row.name) for row in rows}
    roots = []
    for row in sorted(rows, key=lambda r: r.name.casefold()):
        parent = branches.get(row.parent_id)
        (parent.children if parent else roots).append(branches[row.id])
    for root in roots:
        _measure(root, own_counts, 0)
    return roots


def _measure(branch: Branch, own_counts: dict[int, int], depth: int) -> int:
    branch.depth = depth
    below = sum(_measure(child, own_counts, depth + 1) for child in branch.children)
    branch.count = own_counts.get(branch.id, 0) + below
    return branch.count
