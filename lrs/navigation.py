"""What this package adds to the menus."""

from flask import Flask, render_template

from core.access import principal
from core.slots import register_slot


def admin_links(**_context):
    """Keys, for administrators."""
    return render_template("credentials/_nav_admin.html") if principal().may("admin") else None


def init_app(app: Flask) -> None:
    register_slot(app, "nav.admin", admin_links, order=70)
