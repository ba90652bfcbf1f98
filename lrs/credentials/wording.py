"""What the scopes are called where people choose them."""

from flask_babel import lazy_gettext as _l

SCOPE_NAMES = {
    "all": _l("Everything: read and write statements and documents, and use the API like an administrator"),
    "all/read": _l("Read everything, write nothing"),
    "statements/read": _l("Read all statements"),
    "statements/read/mine": _l("Read only the statements sent with this key"),
    "statements/write": _l("Send statements"),
    "define": _l("Change how activities are described"),
    "profile": _l("Read and write profile documents"),
    "state": _l("Read and write state documents"),
}
