"""What happens when: from the script to acts in the order of time. Pure; the same seed tells the same story."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from demo.script import Line, Piece, Script, Talk

DAYS = 55.6  # the last line of the script is then some hours old
SEED = 20


@dataclass(frozen=True)
class Act:
    """Something that ``who`` does at a moment. ``key`` is the same in every telling."""

    at: datetime
    who: str
    key: str


@dataclass(frozen=True)
class Appear(Act):
    """An item comes into the catalogue; ``who`` is empty for the samples, which belong to nobody."""

    item: str


@dataclass(frozen=True)
class Play(Act):
    """A sitting in front of an item. ``upto`` is the share that was read, ``right`` the share of right answers (None: no quiz)."""

    item: str
    minutes: float
    upto: float = 1.0
    right: float | None = None


@dataclass(frozen=True)
class Say(Act):
    """A line of a thread; the opening has number 0."""

    talk: Talk
    line: Line
    number: int


@dataclass(frozen=True)
class Like(Act):
    """A like of an item, or of the line ``number`` of a talk."""

    item: str
    talk: Talk | None = None
    number: int = 0


def beginning(now: datetime) -> datetime:
    """When day 0 was."""
    return now - timedelta(days=DAYS)


def tell(script: Script, *, now: datetime) -> list[Act]:
    """All acts until ``now``, in order."""
    rng = Random(SEED)
    teller = _Teller(script, beginning(now), now, rng)
    acts: list[Act] = [teller.appear(piece) for piece in script.pieces.values()]
    acts += [act for talk in script.talks for act in teller.talk(talk)]
    for piece in script.pieces.values():
        if not piece.draft:
            acts += teller.plays(piece, acts)
    acts += teller.in_hand(acts)
    return sorted((act for act in acts if act.at < now), key=lambda act: (act.at, act.key))


@dataclass
class _Teller:
    script: Script
    start: datetime
    now: datetime
    rng: Random

    def at(self, day: float) -> datetime:
        return self.start + timedelta(days=day)

    def audience(self, piece: Piece) -> list[str]:
        """Who may see it, authors and administrators apart."""
        roles = [role for role in self.script.people.values() if role.role in ("learner", "trainer") and role.key != piece.owner]
        if piece.groups:
            roles = [role for role in roles if {*role.groups, role.trains} & set(piece.groups)]
        return [role.key for role in roles]

    def appear(self, piece: Piece) -> Appear:
        return Appear(self.at(piece.day), piece.owner or "", f"{piece.name}/appear", piece.name)

    def talk(self, talk: Talk):
        """The lines of a thread, and the likes that they get."""
        audience = self.audience(self.script.pieces[talk.item])
        for number, line in enumerate((talk.opening, *talk.replies)):
            said = self.at(talk.day + line.after)
            key = f"{talk.item}/{talk.day}/{number}"
            yield Say(said, line.by, key, talk, line, number)
            fans = [who for who in audience if who != line.by]
            for fan in self.rng.sample(fans, min(line.likes, len(fans))):
                yield Like(said + timedelta(hours=self.rng.uniform(0.2, 60)), fan, f"{key}/like/{fan}", talk.item, talk, number)

    def plays(self, piece: Piece, told: list[Act]):
        """Who plays the item: all who speak of it, before they do, and a share of the others."""
        spoke = {}
        for act in told:
            if isinstance(act, Say) and act.talk.item == piece.name:
                spoke[act.who] = min(act.at, spoke.get(act.who, act.at))
        for who in self.audience(piece):
            if who in spoke:
                first = max(self.at(piece.day + 0.1), spoke[who] - timedelta(days=self.rng.uniform(0.05, 2)))
            elif self.rng.random() < piece.pull:
                first = self.office_hours(self.at(piece.day + 0.3 + self.delay(DAYS - piece.day - 0.6)))
            else:
                continue
            yield from self.sittings(piece, who, first, eager=who in spoke)

    def sittings(self, piece: Piece, who: str, first: datetime, *, eager: bool):
        """One sitting, or two when the first was broken off or failed and they came back."""
        key = f"{piece.name}/play/{who}"
        fate = self.rng.random()
        minutes = self.minutes(piece)
        last = first
        if fate < 0.3 and not eager:
            yield Play(first, who, f"{key}/1", piece.name, minutes, upto=self.rng.uniform(0.2, 0.8))
            if fate < 0.2:
                return
            last = self.office_hours(first + timedelta(days=self.rng.uniform(0.7, 4)))
            yield Play(last, who, f"{key}/2", piece.name, minutes, right=1.0)
        elif self.rng.random() < piece.hard:
            yield Play(first, who, f"{key}/1", piece.name, minutes, right=self.rng.uniform(0.2, 0.45))
            if self.rng.random() < 0.75:
                last = first + timedelta(hours=self.rng.uniform(0.5, 30))
                yield Play(last, who, f"{key}/2", piece.name, minutes, right=1.0)
        else:
            yield Play(first, who, f"{key}/1", piece.name, minutes, right=self.rng.choice((1.0, 1.0, 1.0, 0.8)))
        if self.rng.random() < piece.warm:
            yield Like(last + timedelta(minutes=minutes + self.rng.uniform(1, 60)), who, f"{key}/like", piece.name)

    def in_hand(self, told: list[Act]):
        """Most learners have something in hand just now: a course begun in the last days and not finished."""
        begun = {(act.who, act.item) for act in told if isinstance(act, Play)}
        courses = [piece for piece in self.script.pieces.values() if piece.folder and not piece.draft]
        for role in self.script.people.values():
            new = [piece for piece in courses if role.key in self.audience(piece) and (role.key, piece.name) not in begun]
            if new and self.rng.random() < 0.75:
                at = self.at(DAYS - self.rng.uniform(0.05, 8))
                item = self.rng.choice(new)
                yield Play(at, role.key, f"{item.name}/play/{role.key}/1", item.name, self.minutes(item), upto=self.rng.uniform(0.3, 0.8))

    def minutes(self, piece: Piece) -> float:
        """How long it takes somebody: a video as long as it is, a course shorter or longer than it says."""
        return piece.minutes if piece.url else piece.minutes * self.rng.uniform(0.7, 1.8)

    def delay(self, most: float) -> float:
        """Days until somebody comes to it: soon, or some time later."""
        days = self.rng.expovariate(1 / 12)
        return days if days < most else self.rng.uniform(0, most)

    def office_hours(self, moment: datetime) -> datetime:
        """Near that moment, on a working day between seven and seven."""
        day = moment.astimezone(UTC)
        day += timedelta(days=max(0, 7 - day.isoweekday()) if day.isoweekday() == 6 else int(day.isoweekday() == 7))
        moved = day.replace(hour=7 + self.rng.randrange(12), minute=self.rng.randrange(60))
        return moved if moved < self.now else moment
