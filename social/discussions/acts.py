"""The statements that say what happened in a discussion."""

from datetime import datetime

from catalogue.items.acts import activity
from core.access import Principal
from lrs.statements import service as statements
from social import vocabulary as words
from social.discussions.models import Comment, Thread


def record(verb: str, *, by: Principal, comment: Comment, at: datetime) -> None:
    """Say that ``by`` did ``verb`` to a comment, in its present revision, inside the current unit of work."""
    thread, item = comment.thread, comment.thread.item
    told = item.visibility == "published"
    post = words.activity("comment", comment.uuid, type_=words.COMMENT if comment.opening else words.REPLY)
    topic = words.activity("thread", thread.uuid, type_=words.TOPIC, name=thread.title if told else None, language=item.language)
    target, other = _target(verb, post=post, topic=topic, comment=comment)
    statements.record(
        words.statement(
            id=words.act_id("comment", comment.uuid, verb, comment.revision),
            by=by,
            verb=verb,
            object=target,
            other=other,
            thread=topic if target is not topic else None,
            item=item,
            at=at,
            text=comment.body if told and verb in (words.POSTED, words.COMMENTED, words.REPLIED, words.EDITED) else None,
        )
    )


def opening_verb(thread: Thread) -> str:
    """A thread with a title is a topic that was posted; one without is a comment on the item."""
    return words.POSTED if thread.title else words.COMMENTED


def _target(verb: str, *, post: dict, topic: dict, comment: Comment) -> tuple[dict, dict | None]:
    """The object of the statement, and the comment where it is not the object itself."""
    if verb == words.POSTED:
        return topic, post
    if verb == words.COMMENTED:
        return activity(comment.thread.item), post
    return post, None
