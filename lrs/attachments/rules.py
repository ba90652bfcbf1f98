"""What a statement says about its attachments (1.0.3 Data 2.4.11, IEEE 9274.1.1 4.2.2.6)."""

from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
PREFIX = "attachments/"


class Declared(NamedTuple):
    """One entry of ``attachments``. ``steps`` leads to it from the statement, e.g. ("object", "attachments", 0) in a SubStatement."""

    steps: tuple[str | int, ...]
    sha2: str
    content_type: str
    length: int
    usage: str
    has_address: bool

    @property
    def signs(self) -> bool:
        """Whether it is a signature of the statement (not something inside a SubStatement, which nobody signs)."""
        return self.usage == SIGNATURE and self.steps[0] == "attachments"


def declared_in(statement: dict) -> tuple[Declared, ...]:
    """The attachments of a valid statement and of its SubStatement, in order."""
    target = statement["object"]
    if "attachments" not in statement and "attachments" not in target:
        return ()
    inner = _of(target, ("object", "attachments")) if target.get("objectType") == "SubStatement" else ()
    return (*_of(statement, ("attachments",)), *inner)


def _of(holder: dict, steps: tuple[str, ...]) -> Iterator[Declared]:
    for position, entry in enumerate(holder.get("attachments", ())):
        yield Declared(
            (*steps, position),
            entry["sha2"].lower(),
            entry["contentType"],
            entry["length"],
            entry["usageType"],
            "fileUrl" in entry,
        )


def storage_key(sha2: str) -> str:
    """Where the data with a hash lies: found by its content, so that the same data is kept once."""
    return PREFIX + sha2.lower()


def media_type(text: str) -> str:
    """A media type without its parameters, in small letters."""
    return text.partition(";")[0].strip().lower()
