"""The social pages hang on one blueprint; each slice's ``views`` adds its own."""

from flask import Blueprint

pages = Blueprint("social", __name__, template_folder="templates", static_folder="static", static_url_path="/static/social")
