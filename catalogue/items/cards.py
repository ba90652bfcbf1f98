"""Cards: an item with everything its card shows, loaded for the whole page at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from catalogue import kinds
from catalogue.items.models import Item
from catalogue.progress import queries as progress
from catalogue.progress.models import Progress
from core.access import Principal

Loader = Callable[[Sequence[Item], Principal], dict[int, object]]
_loaders: dict[str, Loader] = {}


@dataclass(frozen=True)
class Card:
    """What one card shows. ``extras`` holds what registered loaders know, by their name."""

    item: Item
    kind: kinds.Kind | None
    progress: Progress | None
    extras: dict[str, object] = field(default_factory=dict)

    @property
    def popularity(self):
        """What a loader named ``popularity`` said about this item, or None."""
        return self.extras.get("popularity")


def register_loader(name: str, load: Loader) -> None:
    """Add to every card what ``load(items, principal)`` answers for its item id, under ``name``.

    Called once for a page of cards; it must ask the database a fixed number of times. What the loader ``popularity`` answers has
    ``level`` (0 to 5), ``words`` (the same for ears) and ``people`` (short phrases with honest head-counts), as keys or attributes.
    """
    _loaders[name] = load


def cards(items: Sequence[Item], principal: Principal) -> list[Card]:
    """Cards in the order of the items; one query for progress and what each loader needs."""
    standing = progress.by_item(principal.person_id, [item.id for item in items])
    loaded = {name: load(items, principal) for name, load in _loaders.items()} if items else {}
    known = kinds.known()
    return [
        Card(
            item, known.get(item.kind), standing.get(item.id), {name: found[item.id] for name, found in loaded.items() if item.id in found}
        )
        for item in items
    ]
