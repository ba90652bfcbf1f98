"""Forget what a person wrote beside items. Threads and what others wrote stay whole; likes stay, for they are counted."""

from collections.abc import Iterator, Sequence

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select, update

from accounts.people.erasing import people_of
from core.clock import now
from core.db import db
from core.erasure import ERASE, Eraser, Mention, Step, Subject
from social.discussions.models import Comment, CommentVersion, Thread
from social.likes.models import Like

CHUNK = 200
NO_TITLE = "…"


class TalkEraser(Eraser):
    """Comments with their earlier versions, titles of threads, likes."""

    names = {
        "comments": _l("Comments"),
        "versions": _l("Earlier versions of comments"),
        "titles": _l("Titles of threads"),
        "likes": _l("Likes (stay, without a name)"),
    }

    def describe(self, subject: Subject) -> dict[str, int]:
        ids = _ids(subject)
        mine = select(Comment.id).where(Comment.author_id.in_(ids))
        return {
            "comments": _count(Comment, Comment.author_id.in_(ids)),
            "versions": _count(CommentVersion, CommentVersion.comment_id.in_(mine)),
            "titles": _count(Thread, Thread.id.in_(_own_threads(ids)), Thread.title != ""),
            "likes": _count(Like, Like.person_id.in_(ids), Like.liked),
        }

    def export(self, subject: Subject) -> Iterator[dict]:
        query = select(Comment, Thread).join(Thread, Thread.id == Comment.thread_id).where(Comment.author_id.in_(_ids(subject)))
        for comment, thread in db.session.execute(query.order_by(Comment.id).execution_options(yield_per=CHUNK)):
            yield {
                "part": "comment",
                "uuid": comment.uuid,
                "thread": thread.uuid,
                "title": thread.title if comment.opening else "",
                "at": comment.created_at.isoformat(),
                "body": comment.body,
            }
        likes = select(Like).where(Like.person_id.in_(_ids(subject)), Like.liked).order_by(Like.id)
        for like in db.session.scalars(likes.execution_options(yield_per=CHUNK)):
            yield {"part": "like", "of": "comment" if like.comment_id else "item", "at": like.changed_at.isoformat()}

    def erase(self, subject: Subject, *, mode: str, position: int) -> Step:
        """``position`` is the last comment done."""
        query = select(Comment).where(Comment.author_id.in_(_ids(subject)), Comment.id > position).order_by(Comment.id).limit(CHUNK)
        comments = list(db.session.scalars(query))
        counts = {"comments": len(comments), "titles": 0}
        old = CommentVersion.comment_id.in_([comment.id for comment in comments])
        counts["versions"] = db.session.execute(delete(CommentVersion).where(old)).rowcount
        for comment in comments:
            _blank(comment) if mode == ERASE else _clean(comment, subject)
        if mode == ERASE:
            opened = [comment.thread_id for comment in comments if comment.opening]
            titled = update(Thread).where(Thread.id.in_(opened), Thread.title != "").values(title=NO_TITLE)
            counts["titles"] = db.session.execute(titled).rowcount
        db.session.flush()
        return Step({what: n for what, n in counts.items() if n}, comments[-1].id if len(comments) == CHUNK else None)

    def mentions(self, subject: Subject, *, position: int) -> tuple[list[Mention], int | None]:
        from lrs.privacy.naming import Names

        names = Names(subject.words())
        query = select(Comment.id, Comment.uuid, Comment.body, Comment.opening, Thread.title)
        query = query.join(Thread, Thread.id == Comment.thread_id).where(Comment.id > position).order_by(Comment.id).limit(CHUNK * 10)
        rows = db.session.execute(query).all()
        found = []
        for row in rows:
            place = names.place(row.body) or (names.place(row.title) and (0, 0) if row.opening else None)
            if place:
                found.append(Mention("comment", row.uuid, *place))
        return found, rows[-1].id if len(rows) == CHUNK * 10 else None

    def show(self, uuids: Sequence[str]) -> dict[str, tuple[str, str]]:
        query = select(Comment.uuid, Comment.body, Comment.id, Thread.uuid.label("thread"), Thread.title)
        rows = db.session.execute(query.join(Thread, Thread.id == Comment.thread_id).where(Comment.uuid.in_(uuids)))
        return {row.uuid: (row.body, _address(row)) for row in rows}


def _address(row) -> str:
    return url_for("social.comment", uuid=row.uuid)


def _ids(subject: Subject) -> list[int]:
    return [person.id for person in people_of(subject)]


def _count(table, *conditions) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions))


def _own_threads(ids: list[int]):
    return select(Comment.thread_id).where(Comment.author_id.in_(ids), Comment.opening)


def _blank(comment: Comment) -> None:
    """The text is gone, the comment's place in the conversation stays."""
    comment.body = ""
    comment.deleted_at = comment.deleted_at or now()
    comment.submission = None


def _clean(comment: Comment, subject: Subject) -> None:
    secrets = subject.secrets()
    if secrets is not None:
        comment.body = secrets.sub(NO_TITLE, comment.body)
    comment.submission = None
