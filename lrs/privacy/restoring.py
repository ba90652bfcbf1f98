"""After a restore: what was erased is erased again, whatever the backup brought back."""

from core.backup import Restored
from lrs.privacy import service
from lrs.privacy.journal import Entry


def remember() -> list[Entry]:
    """The journal of the installation that is about to be replaced."""
    return service.erased_digests()


def apply(_restored: Restored, remembered: object) -> int:
    """Begin the erasures that the restored database does not know of; the background finishes them. Answers how many."""
    return len(service.reapply(remembered or ()))
