"""The pages of reports; each slice adds its views."""

from flask import Blueprint

pages = Blueprint("reports", __name__, template_folder="templates")
