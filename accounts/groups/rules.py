"""What may be written about a group."""

import unicodedata

from flask_babel import gettext as _

from accounts.people.rules import invalid

NAME_MAX = 80


def clean_name(raw: str) -> str:
    """A group's name on one line, at most eighty characters."""
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise invalid("name", _("Write a name for the group."))
    if len(name) > NAME_MAX or len(name_key(name)) > 2 * NAME_MAX:
        raise invalid("name", _("Write a name of at most %(max)s characters.", max=NAME_MAX))
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise invalid("name", _("The name contains a character that cannot be shown."))
    return name


def name_key(name: str) -> str:
    """The form in which two names are the same name."""
    return unicodedata.normalize("NFKC", name).casefold()
