"""The verbs on threads and comments. They flush, never commit; each act leaves its statement in the same transaction."""

from collections.abc import Callable
from uuid import NAMESPACE_OID, uuid5

from flask_babel import gettext as _
from sqlalchemy import func, select

from catalogue.items.models import Item
from catalogue.items.queries import may_edit
from core.access import Principal
from core.clock import now
from core.db import db
from core.errors import Conflict, Forbidden, Invalid, TooMany
from social import vocabulary as words
from social.acting import one_at_a_time
from social.discussions import acts, rules
from social.discussions.models import Comment, CommentVersion, Thread


def start(*, by: Principal, item: Item, body: str, title: str = "", submission: str | None = None) -> Comment:
    """Begin a thread on an item; answers its opening comment. With a title it is a topic, without one a comment on the item.

    The same ``submission`` again answers the comment it made. :class:`Invalid` names the wrong fields, :class:`TooMany` stops a flood.
    """
    text, heading = _checked(body, title)
    submission = _key(submission)
    return _once(by, submission) or _write(by=by, thread=Thread(item=item, title=heading), opening=True, text=text, submission=submission)


def reply(*, by: Principal, thread: Thread, body: str, submission: str | None = None) -> Comment:
    """Add a comment to a thread; otherwise as :func:`start`."""
    text, _heading = _checked(body)
    submission = _key(submission)
    return _once(by, submission) or _write(by=by, thread=thread, opening=False, text=text, submission=submission)


def _key(submission: str | None) -> str | None:
    """A key of any length as one of fixed length; none where there is none."""
    return str(uuid5(NAMESPACE_OID, submission)) if submission else None


def _once(by: Principal, submission: str | None) -> Comment | None:
    one_at_a_time(by.person_id)
    if not submission:
        return None
    return db.session.scalar(select(Comment).where(Comment.author_id == by.person_id, Comment.submission == submission))


def _write(*, by: Principal, thread: Thread, opening: bool, text: str, submission: str | None) -> Comment:
    moment = now()
    _refuse_flood(by, moment)
    if opening:
        thread.created_at = moment
    thread.last_at = moment
    comment = Comment(
        thread=thread, author_id=by.person_id, opening=opening, body=text, revision=1, submission=submission, created_at=moment
    )
    db.session.add(comment)
    db.session.flush()
    acts.record(acts.opening_verb(thread) if opening else words.REPLIED, by=by, comment=comment, at=moment)
    return comment


def _refuse_flood(by: Principal, moment) -> None:
    since = moment - rules.FLOOD_WINDOW
    recent = select(func.count()).select_from(Comment).where(Comment.author_id == by.person_id, Comment.created_at > since)
    if rules.floods(db.session.scalar(recent)):
        raise TooMany(_("You have written a lot in a minute. Your text is kept; please post it a little later."))


def _checked(body: str, title: str = "") -> tuple[str, str]:
    text, heading = rules.body(body), rules.title(title)
    fields = {}
    if not text:
        fields["body"] = [_("Write something first.")]
    elif len(text) > rules.MAX_BODY:
        fields["body"] = [_("This is too long: at most %(max)s characters.", max=rules.MAX_BODY)]
    if len(heading) > rules.MAX_TITLE:
        fields["title"] = [_("The title is too long: at most %(max)s characters.", max=rules.MAX_TITLE)]
    if fields:
        raise Invalid(" ".join(m for messages in fields.values() for m in messages), fields=fields)
    return text, heading


def edit(*, by: Principal, comment: Comment, body: str, title: str | None = None) -> None:
    """Change a comment's text, and its thread's title where it is the opening; what it said before stays in its history."""
    _refuse_others(by, comment)
    _hold(comment)
    _refuse_gone(comment)
    thread = comment.thread
    text, heading = _checked(body, thread.title if title is None or not comment.opening else title)
    if bool(heading) != bool(thread.title) and comment.opening:
        message = _("A topic keeps a title.") if thread.title else _("A comment has no title; start a topic instead.")
        raise Invalid(message, fields={"title": [message]})
    if (text, heading) == (comment.body, thread.title):
        return
    before = CommentVersion(
        comment_id=comment.id,
        revision=comment.revision,
        title=thread.title if comment.opening else "",
        body=comment.body,
        at=comment.edited_at or comment.created_at,
    )
    db.session.add(before)

    def change(moment):
        comment.body, comment.edited_at = text, moment
        if comment.opening:
            thread.title = heading

    _happen(words.EDITED, by=by, comment=comment, change=change)


def delete(*, by: Principal, comment: Comment) -> None:
    """Take one's comment away; deleting twice changes nothing. :func:`restore` brings it back."""
    _refuse_others(by, comment)
    _hold(comment)
    if comment.deleted_at is None:
        _happen(words.DELETED, by=by, comment=comment, change=lambda moment: setattr(comment, "deleted_at", moment))


def restore(*, by: Principal, comment: Comment) -> None:
    """Undo a deletion of one's own."""
    _refuse_others(by, comment)
    _hold(comment)
    if comment.deleted_at is not None:
        _happen(words.own_verb("restored"), by=by, comment=comment, change=lambda _moment: setattr(comment, "deleted_at", None))


def hide(*, by: Principal, comment: Comment) -> None:
    """Moderate: show the comment to moderators and its author only."""
    _refuse_non_moderators(by, comment)
    _hold(comment)
    if comment.hidden_at is None:
        _happen(words.own_verb("hidden"), by=by, comment=comment, change=lambda moment: setattr(comment, "hidden_at", moment))


def show(*, by: Principal, comment: Comment) -> None:
    """Undo :func:`hide`."""
    _refuse_non_moderators(by, comment)
    _hold(comment)
    if comment.hidden_at is not None:
        _happen(words.own_verb("shown"), by=by, comment=comment, change=lambda _moment: setattr(comment, "hidden_at", None))


def may_moderate(by: Principal, item: Item) -> bool:
    """Whoever may edit an item keeps order in its discussion."""
    return may_edit(item, by)


def _happen(verb: str, *, by: Principal, comment: Comment, change: Callable) -> None:
    """One act on a comment: the change, the next revision, the statement."""
    moment = now()
    comment.revision += 1
    change(moment)
    db.session.flush()
    acts.record(verb, by=by, comment=comment, at=moment)


def _hold(comment: Comment) -> None:
    """Lock the comment and see it as it is now, so that of two clicks at once the second finds the work of the first."""
    db.session.refresh(comment, ["body", "revision", "edited_at", "deleted_at", "hidden_at"], with_for_update=True)


def _refuse_others(by: Principal, comment: Comment) -> None:
    if comment.author_id != by.person_id:
        raise Forbidden(_("Only who wrote this may change it."))


def _refuse_non_moderators(by: Principal, comment: Comment) -> None:
    if not may_moderate(by, comment.thread.item):
        raise Forbidden(_("Only who looks after this item may moderate its discussion."))


def _refuse_gone(comment: Comment) -> None:
    if comment.gone:
        raise Conflict(_("This comment was removed; it cannot be edited."))
