"""What holds a file up, or why it failed, in the reader's language."""

from flask_babel import gettext as _

from scorm.packages.queue import rules
from scorm.packages.queue.models import Upload


def problem(upload: Upload) -> str:
    """One sentence about what went wrong, and what happens or is to be done now."""
    if upload.problem == "unavailable":
        return _("The server has no room or is too busy. The file is safe; it will be tried again in a moment.")
    if upload.problem == "gone":
        return _("The stored file is not there any more. Upload it again.")
    if upload.problem == "interrupted":
        return _(
            "The server stopped %(count)s times while it imported this file. The file is kept; tell the administrator, then try again.",
            count=upload.attempts,
        )
    if upload.state == rules.FAILED:
        return _(
            "Something broke on our side while this file was imported. The file is kept; reference for the administrator: %(reference)s",
            reference=upload.uuid,
        )
    return _("Something broke on our side. The file is safe; it will be tried again in a moment.")
