"""GET /xapi/about: what this LRS speaks; needs no credential and no version header (1.0.3 Communication 2.8)."""

from flask import Blueprint, jsonify

from core.access import access
from lrs.xapi.versions import VERSIONS


@access("public")
def about():
    return jsonify({"version": list(VERSIONS), "extensions": {}})


def add_to(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/about", "about", about)
