"""CMI → xAPI by the SCORM profile (``scos``), and what it means for the course (``course``). Pure; PACKAGES 6."""

from scorm.play.statements.course import course_statements, launched, repeated, session_ended
from scorm.play.statements.model import Attempt, Sco, Snapshot
from scorm.play.statements.scos import statements_for

__all__ = ["Attempt", "Sco", "Snapshot", "course_statements", "launched", "repeated", "session_ended", "statements_for"]
