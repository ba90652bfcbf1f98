"""Performing the acts of the story through the services that people's own acts go through, with the clock set back."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.people import queries as people
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from catalogue.videos import service as videos
from core.access import Principal
from core.clock import frozen
from core.db import db, write
from demo.company import as_principal, ensure_item
from demo.playing import Sitting, parts_of
from demo.script import Script
from demo.story import Act, Appear, Like, Play, Say
from lrs import projections
from social.discussions import service as discussions
from social.discussions.models import Comment, Thread
from social.likes import service as likes
from social.likes.models import Like as LikeRow


class Stage:
    """Where acts happen. What an earlier run or the people themselves did is found there and left alone."""

    def __init__(self, script: Script):
        while projections.catch_up(limit_ms=60_000):
            pass
        self.script = script
        self.people = {key: people.by_email(role.email).id for key, role in script.people.items()}
        self.items: dict[str, int] = {}
        self.begun = {tuple(row) for row in db.session.execute(select(Progress.person_id, Progress.item_id))}
        self.decided = {tuple(row) for row in db.session.execute(select(LikeRow.person_id, LikeRow.item_id, LikeRow.comment_id))}
        self.comments: dict[tuple, int] = {}

    def perform(self, act: Act) -> bool:
        """Do it, unless it was done before; True when it was new."""
        return {Appear: self._appear, Play: self._play, Say: self._say, Like: self._like}[type(act)](act)

    def _appear(self, act: Appear) -> bool:
        self.items[act.item], new = ensure_item(self.script, self.script.pieces[act.item], at=act.at)
        return new

    def _play(self, act: Play) -> bool:
        person_id, item_id, piece = self.people[act.who], self.items[act.item], self.script.pieces[act.item]
        if (person_id, item_id) in self.begun:
            return False
        if piece.folder:
            sitting = Sitting(item_id=item_id, person_id=person_id, at=act.at)
            sitting.play(parts_of(piece.folder), upto=act.upto, right=act.right, minutes=act.minutes)
        else:
            self._watch(act, item_id)
        return True

    def _watch(self, act: Play, item_id: int) -> None:
        with frozen(act.at), write():
            videos.opened(item=db.session.get(Item, item_id), by=self._who(act))
        if act.upto == 1.0:
            with frozen(act.at + timedelta(minutes=act.minutes)), write():
                videos.watched(item=db.session.get(Item, item_id), by=self._who(act))

    def _say(self, act: Say) -> bool:
        words = {"by": None, "body": act.line.body, "submission": f"demo/{act.key}"}
        with frozen(act.at), write():
            words["by"] = self._who(act)
            if act.number == 0:
                comment = discussions.start(item=db.session.get(Item, self.items[act.talk.item]), title=act.talk.title, **words)
            else:
                comment = discussions.reply(thread=self._thread(act), **words)
            self.comments[act.talk, act.number] = comment.id
            return comment.created_at == act.at

    def _thread(self, act: Say) -> Thread:
        opening = self.comments[act.talk, 0]
        query = select(Thread).join(Comment, Comment.thread_id == Thread.id).where(Comment.id == opening)
        return db.session.scalars(query.options(joinedload(Thread.item))).one()

    def _like(self, act: Like) -> bool:
        item_id = None if act.talk else self.items[act.item]
        comment_id = self.comments[act.talk, act.number] if act.talk else None
        if (self.people[act.who], item_id, comment_id) in self.decided:
            return False
        with frozen(act.at), write():
            target = {"item": db.session.get(Item, item_id)} if item_id else {"comment": _comment(comment_id)}
            return likes.like(by=self._who(act), **target)

    def _who(self, act: Act) -> Principal:
        return as_principal(people.get(self.people[act.who]))


def _comment(comment_id: int) -> Comment:
    query = select(Comment).where(Comment.id == comment_id)
    return db.session.scalars(query.options(joinedload(Comment.thread).joinedload(Thread.item))).one()
