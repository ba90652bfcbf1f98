"""The edit page's form as the changes it asks for."""

from flask_babel import gettext as _

from core.errors import Invalid


def changes(form) -> dict:
    """A submitted form (a werkzeug ``MultiDict``) → keyword arguments of ``service.edit``."""
    return {
        "title": form.get("title", ""),
        "description": form.get("description", ""),
        "language": form.get("language") or None,
        "theme": form.get("theme", ""),
        "duration_minutes": minutes(form.get("duration_minutes", "")),
        "visibility": form.get("visibility", "draft"),
        "groups": form.getlist("groups"),
    }


def minutes(text: str) -> int | None:
    """A number of minutes, None for an empty field; :class:`Invalid` for what is no number."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Invalid(fields={"duration_minutes": [_("Give the duration as a whole number of minutes.")]})
    return int(text)
