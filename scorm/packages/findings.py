"""What an import has to say: one finding is a code, a place and the values its sentence needs.

The sentence itself is looked up when somebody reads it, in their language (``sentences.py``). Severities: an ``error`` refuses the
package, a ``warning`` names something that was repaired or may surprise, ``info`` is worth knowing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from scorm.packages.sentences import SENTENCES

SEVERITIES = ("error", "warning", "info")
MOST = 30


@dataclass(frozen=True, slots=True)
class Finding:
    """``where`` is a file, a line of the manifest or an item's identifier; empty when it is the whole package."""

    code: str
    where: str = ""
    values: dict = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return SENTENCES[self.code][0]

    @property
    def message(self) -> str:
        """The sentence in the reader's language."""
        return str(SENTENCES[self.code][1]) % self.values

    def to_json(self) -> dict:
        """What is stored: no sentence, for the reader's language is not known yet."""
        return {"code": self.code, "where": self.where, "values": self.values}

    @classmethod
    def from_json(cls, data: dict) -> "Finding":
        return cls(data["code"], data["where"], data["values"])


class Refused(Exception):
    """The package cannot be accepted; nothing after this finding could be checked."""

    def __init__(self, code: str, where: str = "", **values):
        super().__init__(code)
        self.finding = Finding(code, where, values)


class Findings(list):
    """A growing list of findings, the worst first when read."""

    def add(self, code: str, where: str = "", **values) -> None:
        """Note a finding once; of one code only the first ``MOST`` are kept, for a report is read by a person."""
        found = Finding(code, where, values)
        alike = [f for f in self if f.code == code]
        if len(alike) < MOST and found not in alike:
            self.append(found)

    @property
    def errors(self) -> list[Finding]:
        return [f for f in self if f.severity == "error"]

    def ordered(self) -> list[Finding]:
        """Errors, then warnings, then information; in order of discovery within each."""
        return worst_first(self)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Errors, then warnings, then information."""
    return sorted(findings, key=lambda f: SEVERITIES.index(f.severity))
