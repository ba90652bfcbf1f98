"""The catalogue's entries in the menus."""

from flask import render_template

from core.access import principal


def main(**_context) -> str | None:
    """Home and catalogue, for those who are signed in."""
    return render_template("catalogue/_menu.html") if principal().signed_in else None
