"""The first administrator: made by whoever holds the link that a new installation prints. There is no default password."""

from accounts.setup import service
from core.db import write


def one_time_link() -> str | None:
    """A new link that makes the first administrator, the earlier ones dead; None when there is an administrator."""
    with write():
        return service.link()
