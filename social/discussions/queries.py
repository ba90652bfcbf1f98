"""Reading talk, each time through what the reader may see of the catalogue, each list in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from catalogue.items.access import may_edit, visible
from catalogue.items.models import Item
from core.access import Principal
from core.db import db
from core.errors import NotFound
from social.discussions import rules
from social.discussions.models import Comment, CommentVersion, Thread
from social.likes import queries as likes

THREADS_A_PAGE = 10
REPLIES_A_PAGE = 20


@dataclass(frozen=True)
class Post:
    """A comment as one reader sees it. ``text`` is None where they may not read it."""

    comment: Comment
    text: str | None
    likes: int
    liked: bool
    mine: bool
    may_moderate: bool

    @property
    def edited(self) -> bool:
        return rules.shows_as_edited(written=self.comment.created_at, edited=self.comment.edited_at)


@dataclass(frozen=True)
class Conversation:
    """A thread in a list: its opening post, how many answered, and when last."""

    thread: Thread
    opening: Post
    replies: int


@dataclass(frozen=True)
class Page:
    """One page of a longer list."""

    entries: list
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.per_page))


def get_thread(uuid: str, *, to: Principal) -> Thread:
    """One thread with its item; :class:`NotFound` when it is not there or not for them."""
    query = select(Thread).join(Thread.item).options(contains_eager(Thread.item)).where(Thread.uuid == str(uuid), visible(to))
    return db.session.scalar(query) or _nothing()


def get_comment(uuid: str, *, to: Principal) -> Comment:
    """One comment, removed or not, with author, thread and item; :class:`NotFound` when it is not there or not for them."""
    return db.session.scalar(_comments(to).where(Comment.uuid == str(uuid))) or _nothing()


def _nothing():
    raise NotFound()


def _comments(to: Principal) -> Select[tuple[Comment]]:
    return (
        select(Comment)
        .join(Comment.thread)
        .join(Thread.item)
        .options(contains_eager(Comment.thread).contains_eager(Thread.item), joinedload(Comment.author, innerjoin=True))
        .where(visible(to))
    )


def _standing() -> ColumnElement[bool]:
    return and_(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))


def posts(comments: Iterable[Comment], *, to: Principal) -> list[Post]:
    """Comments (with author, thread and item) as a reader sees them, in two queries."""
    comments = list(comments)
    ids = [c.id for c in comments]
    counts, mine = likes.counts_of_comments(ids), likes.liked_comments(ids, by=to.person_id)
    return [_post(c, counts.get(c.id, 0), c.id in mine, to) for c in comments]


def _post(comment: Comment, count: int, liked: bool, to: Principal) -> Post:
    mine = comment.author_id == to.person_id
    moderates = may_edit(comment.thread.item, to)
    readable = comment.deleted_at is None and (comment.hidden_at is None or mine or moderates)
    return Post(comment, comment.body if readable else None, count, liked, mine, moderates)


def post(uuid: str, *, to: Principal) -> Post:
    """One comment as a reader sees it; :class:`NotFound` when it is not there or not for them."""
    return posts([get_comment(uuid, to=to)], to=to)[0]


def conversation_of(thread: Thread, *, to: Principal) -> Conversation:
    """One thread as it stands in a list. It must be visible to the reader."""
    return Conversation(thread, _openings([thread], to)[thread.id], _reply_counts([thread]).get(thread.id, 0))


def conversations(item: Item, *, to: Principal, page: int = 1, per_page: int = THREADS_A_PAGE) -> Page:
    """The threads of an item that somebody can still read, the latest written in first. ``item`` must be visible to the reader."""
    readable = exists().where(Comment.thread_id == Thread.id, _listed(item, to))
    threads = select(Thread).where(Thread.item_id == item.id, readable)
    total = db.session.scalar(select(func.count()).select_from(threads.subquery()))
    ordered = threads.order_by(Thread.last_at.desc(), Thread.id.desc()).limit(per_page).offset((page - 1) * per_page)
    found = db.session.scalars(ordered).all()
    openings, replies = _openings(found, to), _reply_counts(found)
    return Page([Conversation(t, openings[t.id], replies.get(t.id, 0)) for t in found], total, page, per_page)


def _listed(item: Item, to: Principal) -> ColumnElement[bool]:
    """Not deleted, and hidden only where the reader moderates or wrote it."""
    if may_edit(item, to):
        return Comment.deleted_at.is_(None)
    return and_(Comment.deleted_at.is_(None), or_(Comment.hidden_at.is_(None), Comment.author_id == to.person_id))


def _openings(threads: Iterable[Thread], to: Principal) -> dict[int, Post]:
    ids = [t.id for t in threads]
    found = db.session.scalars(_comments(to).where(Comment.thread_id.in_(ids), Comment.opening))
    return {post.comment.thread_id: post for post in posts(found, to=to)}


def _reply_counts(threads: Iterable[Thread]) -> dict[int, int]:
    ids = [t.id for t in threads]
    query = select(Comment.thread_id, func.count()).where(Comment.thread_id.in_(ids), ~Comment.opening, _standing())
    return dict(db.session.execute(query.group_by(Comment.thread_id)).all())


def conversation(thread: Thread, *, to: Principal, page: int = 1, per_page: int = REPLIES_A_PAGE) -> tuple[Post, Page]:
    """The opening post of a thread and one page of its replies in the order of writing."""
    query = _comments(to).where(Comment.thread_id == thread.id)
    replies = query.where(~Comment.opening, Comment.deleted_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(_replies(thread).subquery()))
    found = db.session.scalars(replies.order_by(Comment.id).limit(per_page).offset((page - 1) * per_page)).all()
    opening = db.session.scalars(query.where(Comment.opening)).one()
    first, *others = posts([opening, *found], to=to)
    return first, Page(others, total, page, per_page)


def _replies(thread: Thread) -> Select:
    return select(Comment.id).where(Comment.thread_id == thread.id, ~Comment.opening, Comment.deleted_at.is_(None))


def page_of(comment: Comment, *, per_page: int = REPLIES_A_PAGE) -> int:
    """On which page of its thread a comment stands."""
    before = select(func.count()).select_from(_replies(comment.thread).where(Comment.id < comment.id).subquery())
    return 1 if comment.opening else 1 + db.session.scalar(before) // per_page


def history(comment: Comment) -> list[CommentVersion]:
    """What a comment said before, latest first."""
    query = select(CommentVersion).where(CommentVersion.comment_id == comment.id)
    return list(db.session.scalars(query.order_by(CommentVersion.revision.desc())))


def latest(to: Principal, *, limit: int = 5) -> list[Comment]:
    """What was last written beside items the reader may see, in one query."""
    newest = _comments(to).where(_standing()).order_by(Comment.created_at.desc(), Comment.id.desc())
    return list(db.session.scalars(newest.limit(limit)))


def contributions(person_id: int, *, to: Principal, limit: int = 10) -> tuple[int, list[Comment]]:
    """How much a person wrote beside items the reader may see, and the latest of it."""
    theirs = _comments(to).where(_standing(), Comment.author_id == person_id)
    total = db.session.scalar(theirs.with_only_columns(func.count(), maintain_column_froms=True).order_by(None))
    return total, list(db.session.scalars(theirs.order_by(Comment.created_at.desc(), Comment.id.desc()).limit(limit)))
