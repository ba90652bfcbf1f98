"""When a window that is still open records no more: its course plays elsewhere, goes on in another version, or its attempt is over."""

from flask_babel import gettext as _

from core.errors import Conflict
from scorm.play.models import Attempt, Launch


def records(launch: Launch, attempt: Attempt) -> bool:
    """Whether what a launch says can still join its attempt."""
    return attempt.state == "open" and attempt.version_id == launch.version_id


def superseded() -> Conflict:
    """What such a window is told."""
    return Conflict(_("This course was opened again in another window. This window no longer saves."), code="superseded")
