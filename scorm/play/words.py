"""The words that the player's script shows, in the reader's language."""

from flask_babel import gettext as _


def player_words() -> dict[str, str]:
    """Every phrase by the name the script uses."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "unsaved": _("Not saved, retrying"),
        "expired": _("Not saved: this launch has expired. Open the course again from its page."),
        "superseded": _("Not saved: the course was opened again in another window."),
        "refused": _("Not saved: the server refused the data."),
        "review": _("Review: nothing is recorded"),
        "browse": _("Preview: nothing is recorded"),
        "trial": _("Test: nothing is recorded"),
        "loading": _("Opening…"),
        "broken": _("This part could not be opened. Check your connection and try again."),
        "retry": _("Try again"),
        "finished": _("This part is finished"),
        "finishedCourse": _("You have reached the end"),
        "passed": _("You passed."),
        "failed": _("You did not pass this time."),
        "completed": _("Everything is completed."),
        "leaveFinished": _("Back to the course page"),
        "stay": _("Look at it again"),
        "next": _("Next: %(title)s", title="{title}"),
        "goOn": _("Go on"),
        "held": _("The course does not go on from here yet"),
        "endAttempt": _("End this attempt"),
        "choose": _("Choose a part from the contents."),
        "leaving": _("Saving before leaving…"),
        "cannotSave": _("The last changes are not saved yet. Keep this window open; we go on trying."),
        "leaveAnyway": _("Leave without saving"),
        "ownWindow": _("This part opens in a window of its own. Keep this page open: it shows how far you are."),
        "openWindow": _("Open in a new window"),
        "otherWindow": _("The course plays in another window. Keep this page open: it shows how far you are."),
        "openAgain": _("Open it again"),
        "gone": _("This course was opened again in another window. This window no longer records anything."),
        "unknown": _("How far you are could not be read. We go on trying."),
        "comesAfter": _("Comes after: %(titles)s", titles="{titles}"),
        "comesAfterSome": _("Comes after some of these: %(titles)s", titles="{titles}"),
        "closedAfter": _("No longer open: %(titles)s", titles="{titles}"),
        "statusCompleted": _("completed"),
        "statusPassed": _("passed"),
        "statusFailed": _("not passed"),
        "statusStarted": _("in progress"),
    }
