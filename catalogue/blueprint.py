"""The catalogue's pages hang on one blueprint; each slice's ``views`` adds its own."""

from flask import Blueprint

pages = Blueprint("catalogue", __name__, template_folder="templates", static_folder="static", static_url_path="/static/catalogue")
