"""A zip from a stranger, opened under limits: what it says is checked, what it holds is counted while it streams."""

from scorm.packages.archive.limits import Limits
from scorm.packages.archive.reader import Archive, Entry

__all__ = ["Archive", "Entry", "Limits"]
