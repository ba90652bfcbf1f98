"""The elements of a SCO between the database and the code."""

import json
from collections.abc import Mapping

from scorm.play.models import ScoState


def stored_cmi(state: ScoState) -> dict[str, str]:
    """The stored elements."""
    return from_text(state.cmi)


def from_text(text: str) -> dict[str, str]:
    """The elements that :func:`as_text` wrote."""
    return json.loads(text)


def as_text(cmi: Mapping[str, str]) -> str:
    """The elements as text that any database holds: NUL and halves of characters stay escaped."""
    return json.dumps(cmi, separators=(",", ":"))
