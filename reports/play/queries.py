"""Reading play: only of people whose results the reader may see, only of items the reader may see. ``_seen`` is the one place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, defer

from accounts.groups import queries as groups
from accounts.groups.access import visible_people
from accounts.groups.models import Group, Membership
from accounts.people.models import Person
from catalogue.items.access import visible
from catalogue.items.models import Item
from catalogue.progress.models import Progress
from core.access import Principal
from core.db import db
from core.errors import NotFound
from reports.play.rules import COMMITS, PER_PAGE, QUESTIONS, Filters, Sums
from reports.results.queries import groups_to_choose
from scorm.packages.models import Package, PackageVersion
from scorm.play.answers.models import Answer, Question
from scorm.play.answers.reading import Interaction, interactions
from scorm.play.course import Entry, course_of
from scorm.play.launched.ways import way_of
from scorm.play.models import Attempt, CommitEntry, Launch, Registration, ScoState
from scorm.play.stored import from_text

CHUNK, FEW = 500, 20
LAUNCHES, RESPONSES = 50, 8


@dataclass(frozen=True)
class Row:
    """One attempt in a list: who, which, how it stands. Times are hundredths of a second."""

    person_id: int
    person_uuid: str
    person: str
    uuid: str
    n: int
    version: int
    state: str
    completion: str
    success: str
    score_scaled: float | None
    score_raw: float | None
    score_min: float | None
    score_max: float | None
    progress: float | None
    total_time: int
    flags: list
    started_at: datetime
    last_at: datetime
    closed_at: datetime | None
    counts: bool


def _counts():
    """Whether an attempt makes the learner's result: the one that progress names, or of several all that are finished (all, if none is)."""
    other = aliased(Attempt)
    finished = exists().where(other.registration_id == Attempt.registration_id, _finished(other)).correlate(Attempt)
    mine = Progress.person_id == Registration.person_id, Progress.item_id == Registration.item_id
    named = or_(Progress.attempt == Attempt.uuid, and_(Progress.attempt == "", or_(_finished(Attempt), ~finished)))
    return exists().where(*mine, named).correlate(Attempt, Registration)


def _finished(attempt):
    return or_(attempt.completion == "completed", attempt.success.in_(("passed", "failed")))


_COLUMNS = (
    *(Person.id, Person.uuid, Person.name, Attempt.uuid, Attempt.n, PackageVersion.number, Attempt.state),
    *(Attempt.completion, Attempt.success, Attempt.score_scaled, Attempt.score_raw, Attempt.score_min, Attempt.score_max),
    *(Attempt.progress, Attempt.total_time, Attempt.flags, Attempt.started_at, Attempt.last_at, Attempt.closed_at),
    _counts().label("counts"),
)


@dataclass(frozen=True)
class Page:
    """A page of attempts with the names of each person's groups."""

    rows: list[Row]
    groups: dict[int, list[str]]
    total: int
    pages: int


def _seen(query: Select, principal: Principal) -> Select:
    """What a principal may see of a query of attempts with their people and items."""
    return query.where(visible_people(principal), visible(principal))


def _joined(query: Select) -> Select:
    return (
        query.join(Registration, Registration.id == Attempt.registration_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Item, Item.id == Registration.item_id)
        .join(PackageVersion, PackageVersion.id == Attempt.version_id)
    )


def _of_item(query: Select, item: Item, filters: Filters, principal: Principal) -> Select:
    """The attempts of others at an item, as far as they are in sight and wanted."""
    query = _seen(_joined(query), principal).where(
        Registration.item_id == item.id, Person.id != (principal.person_id or 0), Person.active.is_(True)
    )
    start, end = filters.begun
    if start:
        query = query.where(Attempt.started_at >= start)
    if end:
        query = query.where(Attempt.started_at < end)
    if filters.version:
        query = query.where(PackageVersion.number == filters.version)
    if filters.status:
        query = query.where(_stands(filters.status))
    if filters.which == "counts":
        query = query.where(_counts())
    if filters.group:
        members = select(Membership.person_id).join(Group, Group.id == Membership.group_id)
        chosen = [group.id for group in groups_to_choose(principal) if group.uuid == filters.group]
        query = query.where(Person.id.in_(members.where(Group.id.in_(chosen), ~Membership.is_trainer)))
    for word in filters.q.split():
        query = query.where(Person.name.icontains(word, autoescape=True))
    return query


def _stands(status: str):
    """The same as ``rules.standing``, for the database."""
    judged = Attempt.success.in_(("passed", "failed"))
    if status in ("passed", "failed"):
        return Attempt.success == status
    if status == "incomplete":
        return and_(~judged, Attempt.completion.not_in(("completed", "not attempted")))
    return and_(~judged, Attempt.completion == status)


def _order(filters: Filters) -> tuple:
    orders = {
        "last": (Attempt.last_at.desc(),),
        "person": (func.lower(Person.name), Person.id, Attempt.n),
        "score": (Attempt.score_scaled.desc().nulls_last(),),
        "time": (Attempt.total_time.desc(),),
    }
    return (*orders[filters.sort], Attempt.id)


def attempts(item: Item, filters: Filters, principal: Principal) -> Page:
    """A page of the attempts at an item. Three queries, and one for a chosen group."""
    total = db.session.scalar(_of_item(select(func.count()).select_from(Attempt), item, filters, principal))
    query = _of_item(select(*_COLUMNS).select_from(Attempt), item, filters, principal).order_by(*_order(filters))
    rows = [Row(*row) for row in db.session.execute(query.limit(PER_PAGE).offset((filters.page - 1) * PER_PAGE))]
    return Page(rows, groups.names_of({row.person_id for row in rows}), total, max(1, -(-total // PER_PAGE)))


def every_attempt(item: Item, filters: Filters, principal: Principal) -> Iterator[tuple[Row, list[str]]]:
    """All attempts of these filters in the order in which they began, with the names of the person's groups."""
    query = _of_item(select(Attempt.id, *_COLUMNS).select_from(Attempt), item, filters, principal)
    for piece in _pieces(query, Attempt.id, CHUNK):
        found = [Row(*row[1:]) for row in piece]
        names = groups.names_of({row.person_id for row in found})
        yield from ((row, names.get(row.person_id, [])) for row in found)


def every_answer(item: Item, filters: Filters, principal: Principal) -> Iterator[tuple[Row, str, str, Interaction]]:
    """(attempt, SCO, its title, entry) of all answers of these filters, in the order in which the parts were first opened."""
    columns = (ScoState.id, PackageVersion.uuid, ScoState.sco, ScoState.cmi, *_COLUMNS)
    query = _of_item(select(*columns).select_from(Attempt), item, filters, principal).join(ScoState, ScoState.attempt_id == Attempt.id)
    for piece in _pieces(query, ScoState.id, FEW):
        for _id, version, sco, cmi, *row in piece:
            course = course_of(version)
            title = next((entry.title for entry in course.entries if entry.identifier == sco), "")
            for entry in interactions(from_text(cmi), edition=course.edition):
                yield Row(*row), sco, title, entry


def _pieces(query: Select, key, size: int) -> Iterator[Sequence]:
    """The rows of a query, whose first column is ``key``, in its order. Each piece is a transaction of its own: a file that takes long to
    send holds no old snapshot, and no more rows than these."""
    last = 0
    while rows := db.session.execute(query.where(key > last).order_by(key).limit(size)).all():
        yield rows
        last = rows[-1][0]
        db.session.rollback()


def own_attempts(item: Item, principal: Principal) -> list[Row]:
    """The reader's own attempts at an item, the latest first; at most a thousand."""
    query = _seen(_joined(select(*_COLUMNS).select_from(Attempt)), principal)
    query = query.where(Registration.item_id == item.id, Person.id == principal.person_id)
    return [Row(*row) for row in db.session.execute(query.order_by(Attempt.n.desc()).limit(1_000))]


def versions_of(item: Item) -> list[int]:
    """The numbers of the versions that were ever played or are there to be, the latest first."""
    query = select(PackageVersion.number).join(Package, Package.id == PackageVersion.package_id).where(Package.item_id == item.id)
    return list(db.session.scalars(query.order_by(PackageVersion.number.desc())))


@dataclass(frozen=True)
class Part:
    """One part of a course in an attempt: what the tree says of it, and what it stored (None: it was never opened)."""

    identifier: str
    title: str
    state: ScoState | None
    outcome: object


@dataclass(frozen=True)
class Detail:
    """One attempt, who made it, at what, and how its parts stand."""

    attempt: Attempt
    person: Person
    item: Item
    version: PackageVersion
    edition: str
    parts: list[Part]
    counts: bool


def attempt(uuid: str, principal: Principal) -> Detail:
    """An attempt in sight; not there and not for you are the same: :class:`NotFound`."""
    columns = (Attempt, Person, Item, PackageVersion, _counts())
    query = _seen(_joined(select(*columns).select_from(Attempt)), principal).where(Attempt.uuid == str(uuid))
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFound()
    found, person, item, version, counts = row
    course = course_of(version.uuid)
    return Detail(found, person, item, version, course.edition, _parts(found, version, course.entries), counts)


def _parts(found: Attempt, version: PackageVersion, entries: Sequence[Entry]) -> list[Part]:
    """In the order of the tree, then what is stored of parts that the tree does not have."""
    query = select(ScoState).where(ScoState.attempt_id == found.id).options(defer(ScoState.cmi)).order_by(ScoState.id)
    states = {state.sco: state for state in db.session.scalars(query)}
    told = _told_of(found, version)
    parts = []
    for entry in entries:
        if entry.launch:
            state = states.pop(entry.identifier, None)
            outcome = state.outcome if state else told.get(entry.identifier)
            parts.append(Part(entry.identifier, entry.title, state, outcome))
    return parts + [Part(sco, "", state, state.outcome) for sco, state in states.items()]


def _told_of(found: Attempt, version: PackageVersion) -> dict:
    """How the parts stand of a format that tells it in statements of its own."""
    way = way_of(version.format)
    if way is None:
        return {}
    query = select(Launch).where(Launch.attempt_id == found.id, Launch.mode == "normal").order_by(Launch.id.desc()).limit(1)
    last = db.session.scalar(query)
    return dict(way.standings(last)) if last else {}


def elements(attempt_id: int, sco: str) -> dict[str, str] | None:
    """Everything that a SCO stored in an attempt; None where it was never opened."""
    cmi = db.session.scalar(select(ScoState.cmi).where(ScoState.attempt_id == attempt_id, ScoState.sco == sco))
    return None if cmi is None else from_text(cmi)


def launches(attempt_id: int) -> tuple[list[Launch], int]:
    """The latest fifty openings, and how many there are."""
    total = db.session.scalar(select(func.count()).select_from(Launch).where(Launch.attempt_id == attempt_id))
    query = select(Launch).where(Launch.attempt_id == attempt_id).order_by(Launch.id.desc()).limit(LAUNCHES)
    return list(db.session.scalars(query)), total


def journal(attempt_id: int, page: int) -> tuple[list[CommitEntry], int]:
    """A page of the commits of an attempt in the order in which they came, and how many pages there are."""
    mine = CommitEntry.attempt_id == attempt_id
    total = db.session.scalar(select(func.count()).select_from(CommitEntry).where(mine))
    query = select(CommitEntry).where(mine).order_by(CommitEntry.id).limit(COMMITS).offset((page - 1) * COMMITS)
    return list(db.session.scalars(query)), max(1, -(-total // COMMITS))


def every_commit(attempt_id: int) -> Iterator[CommitEntry]:
    """All commits of an attempt in order."""
    query = select(CommitEntry.id, CommitEntry).where(CommitEntry.attempt_id == attempt_id)
    for piece in _pieces(query, CommitEntry.id, CHUNK):
        yield from (row[1] for row in piece)


@dataclass(frozen=True)
class Asked:
    """A question over all attempts: how many answered, with what verdicts, how long it took (hundredths of a second), how many tries.

    ``responses``: the most frequent (answer, verdict, how many); ``further``: how many answered anything else.
    """

    question: Question
    answered: int
    correct: int
    judged: int
    latency: float | None
    tries: float
    points: float | None
    sums: Sums
    responses: list[tuple[str, str, int]]

    @property
    def further(self) -> int:
        return self.answered - sum(count for _response, _verdict, count in self.responses)


def questions(item: Item, filters: Filters, principal: Principal) -> tuple[list[Asked], int, int]:
    """A page of the questions of an item that the attempts answered, how many there are, and how many pages. Seven queries."""
    total = db.session.scalar(select(func.count()).select_from(_asked(item, filters, principal).subquery()))
    ids = _asked(item, filters, principal).order_by(*_as_in_the_tree(item)).limit(QUESTIONS).offset((filters.page - 1) * QUESTIONS)
    return _summed(list(db.session.scalars(ids)), item, filters, principal), total, max(1, -(-total // QUESTIONS))


def _as_in_the_tree(item: Item) -> tuple:
    """Questions in the order of the latest version's parts, then as the SCOs count them."""
    latest = select(PackageVersion.uuid).join(Package, Package.id == PackageVersion.package_id).where(Package.item_id == item.id)
    uuid = db.session.scalar(latest.order_by(PackageVersion.number.desc()).limit(1))
    places = {entry.identifier: place for place, entry in enumerate(course_of(uuid).launchable)} if uuid else {}
    known = [case(places, value=Question.sco, else_=len(places))] if places else []
    return (*known, Question.sco, Question.place, Question.id)


def every_question(item: Item, filters: Filters, principal: Principal) -> Iterator[Asked]:
    """All questions that the attempts answered, summed up a page at a time."""
    last = 0
    while ids := list(
        db.session.scalars(_asked(item, filters, principal).where(Question.id > last).order_by(Question.id).limit(QUESTIONS * 5))
    ):
        yield from _summed(ids, item, filters, principal)
        last = ids[-1]
        db.session.rollback()


def _asked(item: Item, filters: Filters, principal: Principal) -> Select:
    answered = _of_item(select(Answer.question_id).join(Attempt, Attempt.id == Answer.attempt_id), item, filters, principal)
    return select(Question.id).where(Question.item_id == item.id, Question.id.in_(answered))


def _summed(ids: list[int], item: Item, filters: Filters, principal: Principal) -> list[Asked]:
    if not ids:
        return []
    right = Answer.verdict == "correct"
    judged = Answer.verdict.in_(("correct", "incorrect", "unanticipated"))
    scored, score = and_(judged, Attempt.score_scaled.is_not(None)), Attempt.score_scaled
    figures = (
        *(func.count(), _sum(right), _sum(judged), func.avg(Answer.latency), func.avg(Answer.tries), func.avg(Answer.points)),
        *(_sum(scored), _sum(and_(scored, right)), _sum(scored, score), _sum(scored, score * score), _sum(and_(scored, right), score)),
    )
    answers = select(Answer.question_id, *figures).join(Attempt, Attempt.id == Answer.attempt_id).where(Answer.question_id.in_(ids))
    sums = {row[0]: row[1:] for row in db.session.execute(_of_item(answers, item, filters, principal).group_by(Answer.question_id))}
    told = _responses(ids, item, filters, principal)
    asked = {question.id: question for question in db.session.scalars(select(Question).where(Question.id.in_(ids)))}
    return [_asked_of(asked[one], sums[one], told.get(one, [])) for one in ids if one in sums]


def _asked_of(question: Question, row: Sequence, responses: list) -> Asked:
    n, correct, judged, latency, tries, points, *sums = row
    n_scored, right, score, squares, of_right = sums
    found = Sums(int(n_scored), int(right), float(score), float(squares), float(of_right))
    latency, points = (None if value is None else float(value) for value in (latency, points))
    return Asked(question, n, int(correct), int(judged), latency, float(tries), points, found, responses)


def _sum(condition, value=1):
    return func.coalesce(func.sum(case((condition, value), else_=0)), 0)


def _responses(ids: list[int], item: Item, filters: Filters, principal: Principal) -> dict[int, list[tuple[str, str, int]]]:
    """The most frequent answers to each question; a free text has as many answers as people, and only the first are read."""
    count = func.count().label("count")
    query = select(Answer.question_id, Answer.response, Answer.verdict, count).join(Attempt, Attempt.id == Answer.attempt_id)
    query = _of_item(query.where(Answer.question_id.in_(ids)), item, filters, principal)
    counted = query.group_by(Answer.question_id, Answer.response, Answer.verdict).subquery()
    place = func.row_number().over(partition_by=counted.c.question_id, order_by=(counted.c.count.desc(), counted.c.response))
    placed = select(counted, place.label("place")).subquery()
    found: dict[int, list[tuple[str, str, int]]] = {}
    for row in db.session.execute(select(placed).where(placed.c.place <= RESPONSES).order_by(placed.c.question_id, placed.c.place)):
        found.setdefault(row.question_id, []).append((row.response, row.verdict, row.count))
    return found


def titles(item: Item, scos: set[str]) -> dict[str, str]:
    """What the parts are called in the latest version that has them."""
    query = select(PackageVersion.uuid).join(Package, Package.id == PackageVersion.package_id).where(Package.item_id == item.id)
    found: dict[str, str] = {}
    for version in db.session.scalars(query.order_by(PackageVersion.number.desc())):
        if scos <= found.keys():
            break
        found = {entry.identifier: entry.title for entry in course_of(version).entries} | found
    return found
