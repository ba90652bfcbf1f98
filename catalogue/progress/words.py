"""Progress as the three things its line shows: how far (0 to 100), in words, and the state."""

from flask_babel import gettext as _

from catalogue import words
from catalogue.progress.models import Progress


def line(progress: Progress | None) -> tuple[int, str, str] | None:
    """``(value, words, state)`` for the ``progress_line`` macro; None when there is nothing to show yet."""
    if progress is None:
        return None
    return (100 if progress.completed_at else round(100 * (progress.progress or 0)), _words(progress), progress.status)


def _words(progress: Progress) -> str:
    status = str(words.STATUS[progress.status])
    if progress.status in ("passed", "failed") and progress.score_scaled is not None:
        return f"{status}, {words.percent(progress.score_scaled)}"
    if progress.status == "started" and progress.progress:
        return _("%(percent)s done", percent=words.percent(progress.progress))
    return status
