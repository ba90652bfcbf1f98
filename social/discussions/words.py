"""Sentences of the discussion that are chosen, not fixed."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from catalogue.items.models import Item
from social.discussions.rules import starter

STARTERS = (
    lazy_gettext("What will you do differently after this?"),
    lazy_gettext("What surprised you most?"),
    lazy_gettext("What is still unclear?"),
    lazy_gettext("Where have you met this at work?"),
    lazy_gettext("What would you tell a colleague who has no time for it?"),
)


def starter_question(item_id: int) -> str:
    """A question to begin with, where nobody has written yet; always the same for one item."""
    return str(STARTERS[starter(item_id) % len(STARTERS)])


def audience_words(item: Item) -> str:
    """Who can read what is written beside an item."""
    if item.visibility == "published":
        return _("Everybody who is signed in can read this.")
    if item.visibility == "groups":
        return _("Only the groups of this item can read this.")
    return _("This item is a draft: only its author and the administrators can read this.")
