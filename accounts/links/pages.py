"""What pages behind a secret address have in common."""

from flask import Response, make_response


def private(answer) -> Response:
    """Keep the address of this page, which is a secret, out of caches and out of the ``Referer`` of every request it makes."""
    response = make_response(answer)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
