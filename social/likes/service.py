"""The two verbs on likes. Both say what shall be, so that doing them twice changes nothing."""

from flask_babel import gettext as _
from sqlalchemy import select

from catalogue.items import acts as item_acts
from catalogue.items.models import Item
from core.access import Principal
from core.clock import now
from core.db import db
from core.errors import Conflict
from lrs.statements import service as statements
from social import vocabulary as words
from social.acting import one_at_a_time
from social.discussions.models import Comment
from social.likes.models import Like


def like(*, by: Principal, item: Item | None = None, comment: Comment | None = None) -> bool:
    """Like an item or a comment; True when that changed something. :class:`Conflict` for a comment that was removed."""
    if comment is not None and comment.gone:
        raise Conflict(_("This comment was removed; it cannot be liked."))
    return _set(True, by=by, item=item, comment=comment)


def unlike(*, by: Principal, item: Item | None = None, comment: Comment | None = None) -> bool:
    """Take one's like back; True when that changed something."""
    return _set(False, by=by, item=item, comment=comment)


def _set(liked: bool, *, by: Principal, item: Item | None, comment: Comment | None) -> bool:
    one_at_a_time(by.person_id)
    target = {"item_id": item.id} if item is not None else {"comment_id": comment.id}
    row = db.session.scalar(select(Like).filter_by(person_id=by.person_id, **target))
    if (row.liked if row else False) == liked:
        return False
    if row is None:
        row = Like(person_id=by.person_id, version=0, **target)
        db.session.add(row)
    row.liked, row.version, row.changed_at = liked, row.version + 1, now()
    db.session.flush()
    _record(row, by=by, item=item, comment=comment)
    return True


def _record(row: Like, *, by: Principal, item: Item | None, comment: Comment | None) -> None:
    verb = words.LIKED if row.liked else words.UNLIKED
    thread = None
    if item is not None:
        target, kind, uuid = item_acts.activity(item), "item", item.uuid
    else:
        item, kind, uuid = comment.thread.item, "comment", comment.uuid
        target = words.activity("comment", uuid, type_=words.COMMENT if comment.opening else words.REPLY)
        thread = words.activity("thread", comment.thread.uuid, type_=words.TOPIC)
    act_id = words.act_id("like", by.uuid, kind, uuid, row.version)
    statements.record(words.statement(id=act_id, by=by, verb=verb, object=target, item=item, thread=thread, at=row.changed_at))
