"""What an address of the results page asks for."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

STATUSES = ("not_started", "started", "completed", "passed", "failed")
SORTS = ("last", "person", "item")
PER_PAGE = 50
MAX_PAGE = 100_000


@dataclass(frozen=True)
class Filters:
    """Which results: words of the person's name or the item's title, a group, an item, a status; order and page."""

    q: str = ""
    group: str = ""
    item: str = ""
    status: str = ""
    sort: str = "last"
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """True when anything but order and page was chosen."""
        return bool(self.q or self.group or self.item or self.status)

    def to(self, **changes) -> str:
        """The query string of this page with something else chosen, from its first page."""
        new = replace(self, **({"page": 1} | changes))
        pairs = [("q", new.q), ("group", new.group), ("item", new.item), ("status", new.status)]
        pairs += [("sort", new.sort if new.sort != "last" else ""), ("page", str(new.page) if new.page > 1 else "")]
        return urlencode([(name, value) for name, value in pairs if value])


def read(args) -> Filters:
    """Filters of a query string; what makes no sense is left out."""
    status, sort, page = args.get("status", ""), args.get("sort", ""), args.get("page", "")
    return Filters(
        q=" ".join(args.get("q", "").replace("\x00", "").split())[:100],
        group=args.get("group", "").replace("\x00", "")[:36],
        item=args.get("item", "").replace("\x00", "")[:36],
        status=status if status in STATUSES else "",
        sort=sort if sort in SORTS else "last",
        page=min(max(int(page), 1), MAX_PAGE) if page.isascii() and page.isdigit() and len(page) < 10 else 1,
    )
