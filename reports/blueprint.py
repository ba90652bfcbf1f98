"""The pages of reports; each slice adds its views."""

from flask import Blueprint

pages = Blueprint("reports", __name__, template_folder="templates", static_folder="static", static_url_path="/static/reports")
