"""The pages of this package; each slice adds its views."""

from flask import Blueprint

pages = Blueprint("accounts", "accounts", template_folder="templates", static_folder="static", static_url_path="/static/accounts")
