"""The pages of this package; each slice adds its views."""

from flask import Blueprint

pages = Blueprint("lrs", "lrs", template_folder="templates", static_folder="static", static_url_path="/static/lrs")
