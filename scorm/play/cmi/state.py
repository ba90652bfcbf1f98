"""The state of one SCO as flattened elements, and how posted changes are merged into it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from core.errors import TooLarge
from scorm.play.cmi.elements import READ_ONLY, SUSPEND_DATA, reason_against

State = dict[str, str]
MAX_ELEMENTS = 20_000
MAX_CHARACTERS = 2_000_000


@dataclass
class Merged:
    """The new state, what really changed, and what was refused with the reason."""

    state: State
    changed: State = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)


def merge(state: Mapping[str, str], changes: Mapping[str, object], *, edition: str, suspend_limit: int = SUSPEND_DATA) -> Merged:
    """Merge posted changes into a copy of the state.

    ``suspend_limit`` is how many characters of suspend data are kept. A value that does not fit its type is left out and named, the
    rest is kept: one bad score must not lose the bookmark. Elements that the LMS owns are passed over. Posting the same again changes
    nothing. Raises TooLarge, with nothing merged, when the state would grow beyond any honest course.
    """
    merged = Merged(dict(state))
    for element, value in changes.items():
        value = as_text(value)
        if value is None:
            merged.rejected[element[:200]] = "not_a_value"
            continue
        reason = reason_against(element, value, edition=edition, suspend_limit=suspend_limit)
        if reason == READ_ONLY:
            continue
        if reason:
            merged.rejected[element[:200]] = reason
        elif merged.state.get(element, "") != value:
            merged.state[element] = value
            merged.changed[element] = value
    if len(merged.state) > MAX_ELEMENTS or sum(map(len, merged.state.values())) > MAX_CHARACTERS:
        raise TooLarge()
    return merged


def as_text(value: object) -> str | None:
    """A posted value as the string that the data model holds; None for what is neither text nor number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(value)


def indexes(state: Mapping[str, str], collection: str, only: frozenset[str] | None = None) -> dict[int, State]:
    """The entries of a collection such as ``cmi.interactions``: ``{0: {"id": …, "type": …}}``, in order.

    ``only`` names the indexes that are wanted, as they are written; all by default.
    """
    start = collection + "."
    found: dict[int, State] = {}
    for element, value in state.items():
        if element.startswith(start):
            index, _, rest = element[len(start) :].partition(".")
            if (only is None or index in only) and index.isdecimal() and rest:
                found.setdefault(int(index), {})[rest] = value
    return dict(sorted(found.items()))


def news(before: Mapping[str, str], after: Mapping[str, str], collection: str) -> Iterator[tuple[int, State, State]]:
    """(index, entry before, entry after) of the entries in which anything changed; a course may have hundreds that did not."""
    start = collection + "."
    touched = [element for element, value in after.items() if element.startswith(start) and before.get(element) != value]
    if not touched:
        return
    only = frozenset(element[len(start) :].partition(".")[0] for element in touched)
    old = indexes(before, collection, only)
    for index, entry in indexes(after, collection, only).items():
        yield index, old.get(index, {}), entry
