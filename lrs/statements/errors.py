"""What can be wrong with a statement. ``Broken`` is thrown inside the rules; ``StatementRefused`` leaves the package.

``Broken`` gathers the JSON path on its way up, so that a valid statement pays nothing for it.
"""

from core.errors import BadRequest
from lrs.statements.clauses import cite


class Broken(Exception):
    """A rule does not hold. ``topic`` is a row of the clause table; the nearest object that names one wins."""

    def __init__(self, rule: str, topic: str | None = None):
        super().__init__(rule)
        self.rule = rule
        self.topic = topic
        self.steps: list[str | int] = []

    def inside(self, step: str | int, topic: str | None = None) -> None:
        """Note the member or the position this happened in."""
        self.steps.append(step)
        self.topic = self.topic or topic

    @property
    def path(self) -> str:
        """JSON path from the statement (``$``), e.g. ``$.context.contextActivities.parent[0].id``; cut at 400 characters."""
        parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in reversed(self.steps))
        return ("$" + "".join(parts))[:400]


class StatementRefused(BadRequest):
    """A statement that breaks the specification: 400 with path, rule and clause."""

    code = "invalid_statement"

    def __init__(self, rule: str, *, path: str = "$", topic: str | None = None, version: str = "1.0.3"):
        clause = cite(topic, version)
        super().__init__(f"{path}: {rule}" + (f" ({clause})" if clause else ""), fields={"path": path, "rule": rule, "clause": clause})

    @classmethod
    def of(cls, broken: Broken, *, version: str, index: int | None = None) -> "StatementRefused":
        """The refusal of one statement, or of the one at ``index`` of a batch."""
        path = broken.path if index is None else f"$[{index}]{broken.path[1:]}"
        return cls(broken.rule, path=path, topic=broken.topic, version=version)
