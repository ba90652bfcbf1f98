"""The sample courses of ``sample_packages/`` and one video, as items of a catalogue."""

import tempfile
from pathlib import Path

from sqlalchemy import select

from catalogue.items.models import Item
from catalogue.videos import rules as addresses
from catalogue.videos import service as videos
from catalogue.videos.metadata import Metadata
from core.db import db, write
from scorm.packages.importing import import_package
from tools.build_samples import SOURCES, build

COURSES = {
    "welcome": "Working together / Learning",
    "fire-safety": "Safety / Fire",
    "accueil": "Working together / Welcome",
}
TEAMING = Metadata(
    title="How to turn a group of strangers into a team",
    description="Amy Edmondson on teams that form for a day and must learn from each other at once. A companion to the first course here.",
    seconds=13 * 60,
    language="en",
)
TEAMING_URL = "https://www.ted.com/talks/amy_edmondson_how_to_turn_a_group_of_strangers_into_a_team"


def load_samples() -> list[str]:
    """Publish the samples in an installation that has no item yet; the uuids of what was added, none in any other installation."""
    if db.session.scalar(select(Item.id).limit(1)) is not None:
        return []
    added = [import_course(SOURCES / name, theme=theme) for name, theme in COURSES.items()]
    return [*added, add_video(TEAMING_URL, TEAMING, theme="Working together / Learning")]


def import_course(folder: Path, *, theme: str, owner_id: int | None = None, publish: bool = True) -> str:
    """Build the course in ``folder`` and import it; the uuid of its item."""
    with tempfile.TemporaryDirectory() as target:
        path = build(folder, Path(target))
        with path.open("rb") as stream:
            imported = import_package(stream, name=path.name, owner_id=owner_id, theme=theme, publish=publish)
    if not imported.accepted:
        raise RuntimeError(f"the course {folder.name} was refused: {imported.report}")
    return imported.item_uuid


def add_video(url: str, told: Metadata, *, theme: str, owner_id: int | None = None) -> str:
    """Publish a video without asking anybody about it; the uuid of its item."""
    with write():
        item = videos.add(address=addresses.read(url), told=told, owner_id=owner_id, theme=theme, visibility="published")
        return item.uuid
