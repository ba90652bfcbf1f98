"""tincan.xml: what is opened, what it is called, and what authoring tools get wrong."""

import pytest

from scorm.packages.findings import Findings, Refused
from scorm.packages.tincan import read_tincan

COURSE = '<activity id="http://example.org/course" type="http://adlnet.gov/expapi/activities/course">'
LAUNCH = "<launch>index.html</launch>"


def read(
    body: str,
    *,
    files=("index.html",),
    encoding: str = "utf-8",
    head: str = '<?xml version="1.0" encoding="utf-8"?>',
    spaces: str | None = None,
):
    """(manifest, {code: values}) of a tincan.xml in a zip with these files."""
    spaces = ' xmlns="http://projecttincan.com/tincan.xsd"' if spaces is None else spaces
    data = f"{head}<tincan{spaces}><activities>{body}</activities></tincan>".encode(encoding)
    findings = Findings()
    found = read_tincan(data, folder="", find=lambda path: path if path in files else None, findings=findings)
    return found, {finding.code: finding.values for finding in findings}


def course(inner: str) -> str:
    return f"{COURSE}{inner}</activity>"


class TestWhatIsOpened:
    def test_is_the_activity_with_a_launch(self):
        manifest, said = read(
            course('<name>Golf</name><description lang="fr">Un sport</description><launch lang="fr-CA">index.html?a=1</launch>')
        )
        (node,) = manifest.tree.organizations[0].walk()
        assert (node.identifier, node.title, node.launch) == ("http://example.org/course", "Golf", "index.html?a=1")
        assert (manifest.format, manifest.title, manifest.metadata.description, manifest.metadata.language) == (
            "xapi",
            "Golf",
            "Un sport",
            "fr",
        )
        assert said == {}

    def test_is_one_among_several_activities(self):
        slide = '<activity id="http://example.org/course/slide" type="x"><name>Slide</name></activity>'
        manifest, said = read(slide + course("<name>Golf</name>" + LAUNCH) + slide)
        assert [node.title for node in manifest.tree.organizations[0].walk()] == ["Golf"]
        assert said == {"xapi.activities": {"count": 3, "title": "Golf"}}

    def test_is_the_first_where_several_can_be_opened(self):
        other = f'<activity id="http://example.org/other"><name>Other</name>{LAUNCH}</activity>'
        manifest, said = read(course("<name>Golf</name>" + LAUNCH) + other)
        assert manifest.title == "Golf"
        assert said == {"xapi.several_launches": {"count": 2, "title": "Golf"}}

    def test_may_lie_on_another_server(self):
        manifest, said = read(course("<launch>https://elsewhere.example.org/go?x=1</launch>"))
        assert manifest.tree.organizations[0].items[0].external
        assert set(said) == {"xapi.external"}

    @pytest.mark.parametrize(
        ("href", "code"),
        [
            ("start.html", "item.launch_missing"),
            ("../start.html", "item.launch_outside"),
            ("javascript:alert(1)", "item.launch_scheme"),
            ("file:///etc/passwd", "item.launch_scheme"),
        ],
    )
    def test_is_refused_where_it_leads_astray(self, href, code):
        manifest, said = read(course(f"<launch>{href}</launch>"))
        assert set(said) == {code}
        assert manifest.tree.organizations[0].launchable() == []


class TestWhatIsForgiven:
    @pytest.mark.parametrize(
        ("encoding", "head"),
        [
            ("utf-8-sig", '<?xml version="1.0" encoding="utf-8"?>'),
            ("iso-8859-1", '<?xml version="1.0" encoding="ISO-8859-1"?>'),
            ("utf-16", '<?xml version="1.0" encoding="utf-16"?>'),
            ("utf-8", ""),
        ],
    )
    def test_encodings(self, encoding, head):
        manifest, _said = read(course(f"<name>Sécurité</name>{LAUNCH}"), encoding=encoding, head=head)
        assert manifest.title == "Sécurité"

    @pytest.mark.parametrize("spaces", ["", ' xmlns="http://example.org/other"'])
    def test_no_namespace_or_another(self, spaces):
        assert read(course("<name>Golf</name>" + LAUNCH), spaces=spaces)[0].title == "Golf"

    def test_no_title_and_several_languages(self):
        manifest, said = read(course('<name lang="en"></name><launch lang="en">index.html</launch><launch lang="fr">fr.html</launch>'))
        assert manifest.tree.organizations[0].items[0].title == "http://example.org/course"
        assert said == {"xapi.languages": {"count": 2}}


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("body", "code"),
        [("", "xapi.no_activity"), (course("<name>Golf</name>"), "xapi.no_launch"), (course("<launch> </launch>"), "xapi.no_launch")],
    )
    def test_nothing_to_open(self, body, code):
        with pytest.raises(Refused) as refused:
            read(body)
        assert refused.value.finding.code == code

    @pytest.mark.parametrize(
        "iri", ["", "course-1", "www.example.org/course", "http://example.org/a b", "http://example.org/" + "x" * 1_000]
    )
    def test_an_id_that_no_statement_could_carry(self, iri):
        _manifest, said = read(f'<activity id="{iri}"><name>Golf</name>{LAUNCH}</activity>')
        assert set(said) == {"xapi.id"}

    def test_something_else_under_that_name(self):
        with pytest.raises(Refused) as refused:
            read_tincan(b"<html/>", folder="", find=lambda path: path, findings=Findings())
        assert refused.value.finding.code == "xapi.not_tincan"

    def test_entities_and_what_is_not_well_formed(self):
        for body, code in (
            ('<!DOCTYPE tincan [<!ENTITY x "y">]><tincan/>', "manifest.entities"),
            ("<tincan><activities>", "manifest.malformed"),
        ):
            with pytest.raises(Refused) as refused:
                read_tincan(body.encode(), folder="", find=lambda path: path, findings=Findings())
            assert refused.value.finding.code == code
            assert "imsmanifest" not in refused.value.finding.where
