"""The script of the demonstration: who there is, what there is, who says what. Read from ``scenes/`` and checked for loose ends."""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from demo.samples import COURSES, TEAMING, TEAMING_URL
from tools.build_samples import SOURCES

SCENES = Path(__file__).parent / "scenes"
OWN_COURSES = Path(__file__).parent / "courses"


@dataclass(frozen=True)
class Role:
    """A person of the script; ``groups`` are those they learn in, ``trains`` the one they lead."""

    key: str
    name: str
    language: str
    role: str = "learner"
    groups: tuple[str, ...] = ()
    trains: str | None = None

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


@dataclass(frozen=True)
class Piece:
    """An item of the script. ``pull``, ``hard`` and ``warm`` are shares of people: who play it, who fail first, who like it."""

    name: str
    title: str
    day: float
    theme: str
    folder: Path | None = None
    url: str = ""
    description: str = ""
    minutes: int = 10
    owner: str | None = None
    groups: tuple[str, ...] = ()
    draft: bool = False
    pull: float = 0.0
    hard: float = 0.0
    warm: float = 0.0


@dataclass(frozen=True)
class Line:
    """Something said; ``after`` counts in days from the beginning of the thread."""

    by: str
    body: str
    after: float = 0.0
    likes: int = 0


@dataclass(frozen=True)
class Talk:
    """A thread: its opening and the replies, in the order in which they were said."""

    item: str
    day: float
    title: str
    opening: Line
    replies: tuple[Line, ...]


@dataclass(frozen=True)
class Script:
    groups: dict[str, str]
    people: dict[str, Role]
    pieces: dict[str, Piece]
    talks: tuple[Talk, ...] = field(default=())


@cache
def script() -> Script:
    """The whole script; a KeyError names whoever or whatever is spoken of and is not there."""
    told = _read("people")
    people = {key: Role(key=key, **_tuples(facts)) for key, facts in told["people"].items()}
    pieces = {piece.name: piece for piece in _pieces(_read("items"))}
    talks = tuple(
        _talk(row, path.stem)
        for path in sorted((SCENES / "threads").glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8"))["thread"]
    )
    for talk in talks:
        _ = pieces[talk.item], [people[line.by] for line in (talk.opening, *talk.replies)]
    return Script(told["groups"], people, pieces, talks)


def _read(name: str) -> dict:
    return tomllib.loads((SCENES / f"{name}.toml").read_text("utf-8"))


def _tuples(facts: dict) -> dict:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}


def _pieces(told: dict):
    for row in told["course"]:
        yield _course(_tuples(row))
    for row in told["video"]:
        sample = row.pop("sample", False)
        known = {"url": TEAMING_URL, "title": TEAMING.title, "description": TEAMING.description, "minutes": TEAMING.seconds // 60}
        yield Piece(**(known | {"theme": "Working together / Learning"} if sample else {}), **row)
    for row in told["draft"]:
        yield Piece(**row | {"name": f"{row['name']}-draft"}, folder=OWN_COURSES / row["name"], draft=True)


def _course(row: dict) -> Piece:
    folder = (SOURCES if row.pop("sample", False) else OWN_COURSES) / row["name"]
    course = tomllib.loads((folder / "course.toml").read_text("utf-8"))
    return Piece(**{"theme": COURSES.get(row["name"])} | row, title=course["title"], minutes=course["minutes"], folder=folder)


def _talk(row: dict, file: str) -> Talk:
    opening = Line(by=row["by"], body=row["body"].strip(), likes=row.get("likes", 0))
    return Talk(row.get("item", file), row["day"], row.get("title", ""), opening, tuple(Line(**reply) for reply in row.get("replies", ())))
