"""What this package adds to the menus."""

from flask import Flask, render_template

from core.access import principal
from core.slots import register_slot


def admin_links(**_context):
    """People and groups, for administrators."""
    return render_template("people/_nav_admin.html") if principal().may("admin") else None


def user_links(**_context):
    """One's own page, and the way out last."""
    return render_template("people/_nav_user.html")


def way_out(**_context):
    """Signing out."""
    return render_template("people/_nav_out.html")


def init_app(app: Flask) -> None:
    register_slot(app, "nav.admin", admin_links, order=50)
    register_slot(app, "nav.user", user_links, order=10)
    register_slot(app, "nav.user", way_out, order=900)
