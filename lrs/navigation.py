"""What this package adds to the menus."""

from flask import Flask, render_template

from core.access import principal
from core.slots import register_slot


def admin_links(**_context):
    """Keys, for administrators."""
    return render_template("credentials/_nav_admin.html") if principal().may("admin") else None


def statements_for_admins(**_context):
    """The browser of statements, among the things that are managed."""
    return render_template("browser/_nav_admin.html") if principal().may("admin") else None


def statements_for_trainers(**_context):
    """The same for those who manage nothing else."""
    return render_template("browser/_nav_main.html") if principal().may("trainer") and not principal().may("admin") else None


def init_app(app: Flask) -> None:
    register_slot(app, "nav.main", statements_for_trainers, order=65)
    register_slot(app, "nav.admin", statements_for_admins, order=60)
    register_slot(app, "nav.admin", admin_links, order=70)
