"""A package version as the player needs it: its edition and its tree, flat, in reading order. Versions never change, so it is cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from core.db import db
from scorm.packages.models import PackageVersion
from scorm.packages.prerequisites import SILENT, Condition, rules_of
from scorm.packages.sequencing import activity_tree, is_sequenced
from scorm.packages.tree import Node, Organization
from scorm.play.cmi import SCORM12, SCORM2004
from scorm.play.cmi.seed import Terms

_EDITIONS = {"scorm12": SCORM12, "scorm2004": SCORM2004}


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents. ``launch`` is None for a chapter; ``tracked`` where the content speaks SCORM.

    ``needs`` is what must be done before it is begun, None where nothing must (``scorm.packages.prerequisites``).
    """

    identifier: str
    title: str
    depth: int
    launch: str | None
    external: bool
    tracked: bool
    visible: bool
    terms: Terms
    needs: Condition | None = None


@dataclass(frozen=True)
class Course:
    """The default organization of a version; ``sequencing`` is what the engine plays, None where the order is free.

    ``edition`` is that of SCORM, or the name of another format ("xapi", "cmi5").
    """

    edition: str
    title: str
    entries: tuple[Entry, ...]
    sequencing: dict | None = None

    @property
    def launchable(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.launch)

    def find(self, identifier: str) -> Entry | None:
        """The launchable entry of that identifier, or None."""
        return next((entry for entry in self.launchable if entry.identifier == identifier), None)


@lru_cache(maxsize=64)
def course_of(version_uuid: str) -> Course:
    """The course of a version, by uuid: row ids may come back after a restore, uuids do not."""
    version = db.session.scalar(select(PackageVersion).where(PackageVersion.uuid == version_uuid))
    edition = _EDITIONS.get(version.format, version.format)
    contents = version.contents
    sequencing = activity_tree(contents) if edition == SCORM2004 and is_sequenced(contents) else None
    organization = contents.organizations[0]
    needs = rules_of(organization).conditions if edition == SCORM12 and not _is_silent(version.report) else {}
    return Course(edition, version.title, tuple(_entries(organization, needs, free=sequencing is None)), sequencing)


def _is_silent(report: dict) -> bool:
    """Whether the import found that no part of the package reports anything, so that none may wait for another."""
    return any(finding["code"] == SILENT for finding in report["findings"])


def _entries(organization: Organization, needs: Mapping[str, Condition], *, free: bool):
    stack = [(node, 0) for node in reversed(organization.items)]
    while stack:
        node, depth = stack.pop()
        yield _entry(node, depth, needs.get(node.identifier), free=free)
        stack.extend((child, depth + 1) for child in reversed(node.children))


def _entry(node: Node, depth: int, needs: Condition | None, *, free: bool) -> Entry:
    terms = Terms(
        launch_data=node.launch_data,
        mastery_score=node.mastery_score,
        max_time_allowed=node.max_time_allowed,
        time_limit_action=node.time_limit_action,
        completion_threshold=node.completion_threshold,
        scaled_passing_score=node.scaled_passing_score,
        objectives=tuple(node.objectives) if free else (),
    )
    tracked = node.scorm_type != "asset" and not node.external
    return Entry(node.identifier, node.title, depth, node.launch, node.external, tracked, node.visible, terms, needs)
