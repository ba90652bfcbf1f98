"""Versions that no upload made: they wait, are compared, used and rolled back like uploaded ones, and play from the files that are there.

A manifest may hold several organizations; the first is played, which is the default one unless an author chooses another here. And what
was uploaded as a course of its own can become a version of the one that it corrects.
"""

from dataclasses import replace
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import insert, literal, select

from core.db import db
from core.errors import Invalid
from scorm.packages import queries as packages
from scorm.packages.findings import Finding
from scorm.packages.models import Package, PackageFile, PackageVersion
from scorm.packages.report import findings_of, outline
from scorm.packages.tree import Tree

_COPIED = (
    "sha256", "identifier", "format", "edition", "title", "original_name", "original_key", "original_size", "serving_key", "serving_size",
    "file_count", "unpacked_size",
)  # fmt: skip


def choose(*, version: PackageVersion, place: int, by_id: int | None) -> PackageVersion:
    """The version that plays the organization at ``place`` among those of ``version``, inside ``write()``; made when there is none yet.

    Raises Invalid where there is no such organization, or nothing in it can be opened.
    """
    tree = version.contents
    if not 0 <= place < len(tree.organizations) or not tree.organizations[place].launchable():
        message = _("Choose a table of contents in which something can be opened.")
        raise Invalid(message, fields={"organization": [message]})
    package = packages.locked(version.package_id)
    first = tree.organizations[place]
    for one in _of_the_same_zip(version):
        if one.tree[0].identifier == first.identifier and one.tree[0].title == first.title:
            return one
    chosen = Tree([first, *(o for o in tree.organizations if o is not first)], tree.sequencing_collection)
    return _made(
        version,
        package,
        # The same bytes are recognised by the version that was imported from them, not by this one.
        uploader=f"of {package.id}.{package.last_number + 1}",
        note=_("Table of contents: %(title)s", title=first.title or first.identifier)[:500],
        report=_report(version.report, chosen),
        tree_json=chosen.to_json(),
        by_id=by_id,
    )


def adopt(*, package: Package, version: PackageVersion, by_id: int | None) -> PackageVersion:
    """A version of another course as the next version of ``package``, inside ``write()``; where one has these bytes, that one."""
    package = packages.locked(package.id)
    if known := packages.version_of_package(version.sha256, package.id):
        return known
    given = {"note": version.note, "report": version.report, "tree_json": version.tree_json}
    return _made(version, package, uploader=f"package {package.id}", by_id=by_id, **given)


def _made(version: PackageVersion, package: Package, **given) -> PackageVersion:
    package.last_number += 1
    made = PackageVersion(
        **{name: getattr(version, name) for name in _COPIED}, **given,
        uuid=str(uuid4()), package_id=package.id, number=package.last_number, waiting=True,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _index_like(version, made)
    return made


def _of_the_same_zip(version: PackageVersion) -> list[PackageVersion]:
    same = PackageVersion.package_id == version.package_id, PackageVersion.original_key == version.original_key
    return list(db.session.scalars(select(PackageVersion).where(*same).order_by(PackageVersion.number)))


def _report(report: dict, tree: Tree) -> dict:
    """The import report, with what it says about the order of the organizations and without what was said of the new item."""
    title = tree.organizations[0].title
    several = "organization.several"
    findings = [
        replace(f, values={**f.values, "title": title}) if f.code == several else f for f in findings_of(report) if f.code != "course.known"
    ]
    return {**report, "tree": outline(tree), "findings": [Finding.to_json(f) for f in findings]}


def _index_like(version: PackageVersion, made: PackageVersion) -> None:
    """Where each file lies: in the zip that both play from."""
    names = [column.name for column in PackageFile.__table__.columns if column.name != "version_id"]
    columns = [getattr(PackageFile, name) for name in names]
    rows = select(literal(made.id), *columns).where(PackageFile.version_id == version.id)
    db.session.execute(insert(PackageFile).from_select(["version_id", *names], rows))
