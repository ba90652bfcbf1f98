"""What is said about versions, in the reader's language."""

from flask_babel import lazy_gettext as _l

# Why attempts in progress stay where they are (``rules.obstacle``).
OBSTACLES = {
    "format": _l("It is in another format: what was stored in the one means nothing in the other."),
    "own": _l("In this format a course keeps its results by itself: nothing can be taken along for it."),
    "sequencing": _l("The course leads learners through its parts, and its tree of parts has changed: their place in it cannot be kept."),
    "nothing": _l("The two have no part in common."),
}
