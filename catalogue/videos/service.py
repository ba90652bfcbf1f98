"""The verbs on videos."""

from catalogue.items import service as items
from catalogue.items.models import Item
from catalogue.progress import queries as progress
from catalogue.videos import acts
from catalogue.videos.metadata import Metadata
from catalogue.videos.models import Video
from catalogue.videos.rules import Address
from core.access import Principal
from core.db import db
from lrs.statements import service as statements

KIND = "video"


def add(
    *,
    address: Address,
    told: Metadata,
    owner_id: int | None,
    title: str = "",
    theme: str = "",
    visibility: str = "draft",
    image_key: str | None = None,
) -> Item:
    """A new item that leads elsewhere. A typed title wins over the one that was found; :class:`Invalid` when there is neither."""
    item = items.create(
        kind=KIND,
        title=title or told.title,
        owner_id=owner_id,
        description=told.description,
        language=told.language if told.language and 2 <= len(told.language) <= 10 else None,
        duration_minutes=max(1, round(told.seconds / 60)) if told.seconds else None,
        theme=theme,
        visibility=visibility,
    )
    if image_key:
        items.set_image(item=item, image_key=image_key)
    name = address.provider.name if address.provider else None
    db.session.add(Video(item_id=item.id, url=address.url, provider=name, video_id=address.video_id, author_name=told.author or None))
    db.session.flush()
    return item


def opened(*, item: Item, by: Principal) -> None:
    """Record that somebody opened it."""
    statements.record(acts.launched(item, by=by))


def watched(*, item: Item, by: Principal) -> bool:
    """Record that somebody says they watched it; once is enough: False when they had."""
    standing = progress.of(by.person_id, item.id)
    if standing is not None and standing.completed_at is not None:
        return False
    statements.record(acts.watched(item, by=by))
    return True
