"""Reading videos."""

from catalogue.items.models import Item
from catalogue.videos.models import Video
from core.db import db
from core.errors import NotFound


def of(item: Item) -> Video:
    """Where an item of this kind leads; :class:`NotFound` for an item of another kind."""
    video = db.session.get(Video, item.id)
    if video is None:
        raise NotFound()
    return video
