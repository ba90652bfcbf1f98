"""Which blocks are satisfied, and whether the course is: from the units upwards (cmi5 Quartz, section 9.3.9). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from scorm.packages.cmi5.structure import AU, Part


@dataclass(frozen=True)
class Satisfied:
    """``blocks`` are numbers of parts, the inner ones before those that hold them."""

    blocks: tuple[int, ...] = ()
    course: bool = False

    def since(self, before: "Satisfied") -> "Satisfied":
        """What is satisfied now and was not then."""
        known = set(before.blocks)
        return Satisfied(tuple(block for block in self.blocks if block not in known), self.course and not before.course)


def satisfied(parts: Sequence[Part], met: Collection[int]) -> Satisfied:
    """``met`` are the numbers of the units whose criteria are met. A block is satisfied when all that it holds is, the course likewise."""
    unmet = {number for number, part in enumerate(parts) if part.kind == AU and number not in met}
    depth = [0] * len(parts)
    for number, part in enumerate(parts):  # a block comes before what it holds
        depth[number] = 0 if part.parent is None else depth[part.parent] + 1
    for number in range(len(parts) - 1, -1, -1):
        if number in unmet and parts[number].parent is not None:
            unmet.add(parts[number].parent)
    blocks = [number for number, part in enumerate(parts) if part.kind != AU and number not in unmet]
    return Satisfied(tuple(sorted(blocks, key=lambda number: (-depth[number], number))), not unmet)
