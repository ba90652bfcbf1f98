"""Several tables of contents in one package: the default one is played, an author may choose another; nested manifests are joined."""

import io

import pytest
from sqlalchemy import func, select

from core.clock import now
from core.db import db, write
from core.errors import Invalid
from core.storage import storage
from scorm.packages import queries
from scorm.packages.findings import Findings
from scorm.packages.importing import import_package
from scorm.packages.manifest import read_manifest
from scorm.packages.models import PackageFile
from scorm.play.course import course_of
from scorm.versions import contents, service
from scorm.versions.queries import of_package

RESOURCES = "".join(
    f'<resource identifier="r{n}" type="webcontent" adlcp:scormtype="sco" href="{n}.html"><file href="{n}.html"/></resource>'
    for n in (1, 2)
)


def organization(identifier: str, title: str, *items: str) -> str:
    entries = "".join(f'<item identifier="{i}" identifierref="{ref}"><title>{i}</title></item>' for i, ref in (x.split(":") for x in items))
    return f'<organization identifier="{identifier}"><title>{title}</title>{entries}</organization>'


@pytest.fixture
def two_ways(app, people, manifests, make_course):
    """A package with a long and a short way through it; the default is the long one."""
    long, short = organization("long", "Everything", "i1:r1", "i2:r2"), organization("short", "In brief", "i2:r2")
    manifest = manifests[0](resources=RESOURCES).decode()
    start, end = manifest.index("<organizations"), manifest.index("</organizations>")
    manifest = manifest[:start] + '<organizations default="long">' + short + long + manifest[end:]
    data = make_course({"1.html": b"one", "2.html": b"two"}, manifest.encode())
    with app.app_context():
        return import_package(io.BytesIO(data), name="two.zip", owner_id=people["erin"].id)


def choose(imported, place: int):
    with write():
        version = queries.current_version(queries.by_uuid(imported.package_uuid).item_id)
        return contents.choose(version=version, place=place, by_id=None).number


def use(imported, number: int):
    with write():
        version = of_package(queries.by_uuid(imported.package_uuid), number)
        service.use(version=version, attempts="stay", by_id=None, at=now())
        return version.uuid


class TestAnotherTableOfContents:
    def test_is_a_version_that_waits_and_plays_the_same_files(self, app, two_ways):
        with app.app_context():
            package = queries.by_uuid(two_ways.package_uuid)
            assert course_of(queries.current_version(package.item_id).uuid).find("i1")
            chosen = of_package(package, choose(two_ways, 1))
            assert (chosen.waiting, chosen.tree[0].title, chosen.note) == (True, "In brief", "Table of contents: In brief")
            files = select(PackageFile.version_id, func.count()).group_by(PackageFile.version_id)
            assert len(set(dict(db.session.execute(files).all()).values())) == 1
            uuid = use(two_ways, chosen.number)
            assert [entry.identifier for entry in course_of(uuid).launchable] == ["i2"]

    def test_chosen_again_is_the_same_version(self, app, two_ways):
        with app.app_context():
            first = choose(two_ways, 1)
            assert choose(two_ways, 1) == first
            use(two_ways, first)
            assert choose(two_ways, 1) == 1  # what was the default stands second now

    def test_discarded_leaves_the_files_of_the_other(self, app, two_ways):
        with app.app_context():
            number = choose(two_ways, 1)
            with write():
                package = queries.by_uuid(two_ways.package_uuid)
                keys = service.discard(version=of_package(package, number), by_id=None, at=now())
            assert keys == ()
            assert storage().exists(queries.current_version(queries.by_uuid(two_ways.package_uuid).item_id).serving_key)

    @pytest.mark.parametrize("place", [-1, 2, 99])
    def test_that_is_none_is_refused(self, app, two_ways, place):
        with app.app_context(), pytest.raises(Invalid):
            choose(two_ways, place)

    def test_is_offered_to_the_author_on_the_panel(self, app, client, people, sign_in, csrf, two_ways):
        sign_in(client, people["erin"])
        page = client.get(f"/items/{two_ways.item_uuid}").text
        assert "Which table of contents learners get" in page
        answer = client.post(f"/items/{two_ways.item_uuid}/contents", data={"organization": "1"}, headers=csrf(client))
        assert answer.status_code == 303
        assert "In brief" in client.get(answer.headers["Location"]).text


NESTED = (
    '<item identifier="i1" identifierref="inner"><title>Chapter</title></item>'
    '<item identifier="i2" identifierref="r1"><title>Own</title></item>'
)


def inner(organizations: str, resources: str, *, base: str = "") -> str:
    spaces = f' xml:base="{base}"' if base else ""
    return f'<manifest identifier="inner"{spaces}>{organizations}<resources>{resources}</resources></manifest>'


class TestNestedManifests:
    """(Sub)manifests: CAM 2.3 of SCORM 1.2, IMS content packaging 1.1.2."""

    def read(self, manifests, nested: str, items: str = NESTED):
        findings = Findings()
        data = manifests[0](items, RESOURCES).decode().replace("</resources></manifest>", "</resources>" + nested + "</manifest>")
        found = read_manifest(data.encode(), folder="", find=lambda path: path, findings=findings)
        return found.tree.organizations[0], findings

    def test_take_the_place_of_the_item_that_refers_to_them(self, manifests):
        ways = f'<organizations default="b">{organization("a", "A", "x:q")}{organization("b", "B", "y:q")}</organizations>'
        resource = '<resource identifier="q" type="webcontent" adlcp:scormtype="sco" href="q.html"/>'
        found, findings = self.read(manifests, inner(ways, resource, base="sub/"))
        assert [(n.identifier, n.launch) for n in found.walk()] == [("i1", None), ("y", "sub/q.html"), ("i2", "1.html")]
        assert [f.code for f in findings] == ["manifest.submanifests"]

    def test_have_resources_of_their_own_name(self, manifests):
        """The same identifier inside and outside means what is nearest."""
        ways = f"<organizations>{organization('a', 'A', 'x:r1')}</organizations>"
        resource = '<resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="within.html"/>'
        found, _findings = self.read(manifests, inner(ways, resource))
        assert {n.identifier: n.launch for n in found.walk()} == {"i1": None, "x": "within.html", "i2": "1.html"}

    def test_without_a_table_of_contents_give_their_scos(self, manifests):
        resource = '<resource identifier="q" type="webcontent" adlcp:scormtype="sco" href="q.html"/>'
        found, _findings = self.read(manifests, inner("<organizations/>", resource))
        assert [(n.title, n.launch) for n in found.walk()] == [("Chapter", None), ("q", "q.html"), ("Own", "1.html")]

    def test_may_lend_a_resource_to_the_course_around_them(self, manifests):
        resource = '<resource identifier="q" type="webcontent" adlcp:scormtype="sco" href="q.html"/>'
        found, _findings = self.read(
            manifests, inner("<organizations/>", resource), '<item identifier="i1" identifierref="q"><title>Lent</title></item>'
        )
        assert [n.launch for n in found.walk()] == ["q.html"]

    def test_that_contain_themselves_come_to_an_end(self, manifests):
        ways = f"<organizations>{organization('a', 'A', 'x:inner', 'y:r1')}</organizations>"
        found, _findings = self.read(manifests, inner(ways, ""))
        assert [n.identifier for n in found.walk()] == ["i1", "x", "y", "i2"]
