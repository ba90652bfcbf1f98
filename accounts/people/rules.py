"""What may be written about a person. Each function answers the cleaned value or raises :class:`Invalid` naming the field."""

import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from core.errors import Invalid

ROLES = ("learner", "trainer", "author", "admin")
ROLE_NAMES = {
    "learner": lazy_gettext("Learner"),
    "trainer": lazy_gettext("Trainer"),
    "author": lazy_gettext("Author"),
    "admin": lazy_gettext("Administrator"),
}
STATE_NAMES = {"active": lazy_gettext("Active"), "invited": lazy_gettext("Invited"), "disabled": lazy_gettext("Disabled")}
TRAINING_ROLES = ("trainer", "admin")
NAME_MAX = 120
EMAIL_MAX = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
_LOCAL_MAX = 64
_ATEXT = frozenset("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.")
_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def invalid(field: str, message: str) -> Invalid:
    """The refusal of one field."""
    return Invalid(message, fields={field: [message]})


def clean_email(raw: str) -> str:
    """An address in lower case. Plain ASCII only: an address that looks like another must not become another account."""
    email = raw.strip().lower()
    local, _at, domain = email.rpartition("@")
    sound = len(email) <= EMAIL_MAX and _sound_local(local) and _sound_domain(domain)
    if not sound:
        raise invalid("email", _("Write an e-mail address like name@example.org."))
    return email


def _sound_local(local: str) -> bool:
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return 0 < len(local) <= _LOCAL_MAX and not dots and _ATEXT.issuperset(local)


def _sound_domain(domain: str) -> bool:
    labels = domain.split(".")
    return all(0 < len(label) <= 63 and _LABEL.issuperset(label) and label[0] != "-" != label[-1] for label in labels)


def clean_name(raw: str) -> str:
    """A name on one line: NFC, single spaces, nothing invisible that could disguise it."""
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise invalid("name", _("Write a name."))
    if len(name) > NAME_MAX:
        raise invalid("name", _("Write a name of at most %(max)s characters.", max=NAME_MAX))
    if any(_hidden(character) for character in name):
        raise invalid("name", _("The name contains a character that cannot be shown."))
    return name


def _hidden(character: str) -> bool:
    """Control, format, surrogate and private characters; the two joiners stay, for some scripts need them."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character not in "\u200c\u200d"


def folded(text: str) -> str:
    """Text without case and accents, for sorting and searching: ``Élodie`` is found by ``elodie``."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def clean_role(raw: str) -> str:
    """One of :data:`ROLES`."""
    role = raw.strip().lower()
    if role not in ROLES:
        raise invalid("role", _("The role must be one of: %(roles)s.", roles=", ".join(ROLES)))
    return role


def clean_language(raw: str, known: tuple[str, ...]) -> str:
    """One of the ``known`` language codes."""
    language = raw.strip().lower()
    if language not in known:
        raise invalid("language", _("The language must be one of: %(languages)s.", languages=", ".join(known)))
    return language


def name_from_email(email: str) -> str:
    """A first name to show for somebody invited by address alone: ``ana.silva@…`` becomes ``Ana Silva``."""
    words = email.partition("@")[0].replace(".", " ").replace("_", " ").replace("-", " ").split()
    return " ".join(word.capitalize() for word in words)[:NAME_MAX] or email[:NAME_MAX]
