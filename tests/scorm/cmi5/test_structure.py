"""Course structures: what is accepted, what is refused and why (cmi5 Quartz, sections 13 and 14)."""

import io
import tempfile
import zipfile

import pytest
from support.cmi5 import BASE, NAMESPACE, au, block, package, structure, texts

from scorm.packages.archive import Limits
from scorm.packages.cmi5.requirements import violated
from scorm.packages.cmi5.structure import Structure
from scorm.packages.inspection import inspect

OBJECTIVES = f'<objectives><objective id="{BASE}/o/1">{texts("Aim")}</objective></objectives>'
FOREIGN = '<x:more xmlns:x="https://vendor.example/x" y="1"><x:any>thing</x:any></x:more>'


def looked_through(data: bytes, name: str = "course.zip"):
    return inspect(io.BytesIO(data), name=name, limits=Limits(), scratch=tempfile.TemporaryFile)


def read(data: bytes) -> Structure:
    found = looked_through(data)
    assert found.accepted, [f.code for f in found.findings]
    return Structure.from_json(found.manifest.tree.organizations[0].cmi5)


def refused(data: bytes) -> tuple[str, str]:
    """(code, requirement) of the first thing that is wrong; its sentence can be said."""
    found = looked_through(data)
    assert not found.accepted
    error = found.findings.errors[0]
    assert error.message
    return error.code, violated(error)


class TestRead:
    def test_everything_that_playing_needs_is_kept_and_trimmed(self):
        inside = "<launchParameters>\n  a=1\n</launchParameters><entitlementKey> key </entitlementKey>"
        unit = au(
            url=" index.html?a=1#part ", inside=inside, moveOn=" CompletedAndPassed ", masteryScore="0.9", launchMethod="OwnWindow",
            activityType=" https://w3id.org/x ",
        )  # fmt: skip
        part = read(package(unit).getvalue()).parts[0]
        assert (part.kind, part.id, part.url, part.address) == ("au", f"{BASE}/au/one", "index.html?a=1#part", "index.html?a=1#part")
        assert (part.move_on, part.mastery_score, part.launch_method) == ("CompletedAndPassed", 0.9, "OwnWindow")
        assert (part.launch_parameters, part.entitlement_key, part.activity_type) == ("a=1", "key", "https://w3id.org/x")
        assert part.own_window

    def test_what_is_left_out_has_the_defaults_of_the_specification(self):
        part = read(package().getvalue()).parts[0]
        assert (part.move_on, part.launch_method, part.mastery_score) == ("NotApplicable", "AnyWindow", None)
        assert (part.launch_parameters, part.entitlement_key) == (None, None)

    def test_texts_are_kept_in_all_their_languages(self):
        several = '<langstring lang="en">Rocks</langstring><langstring lang="fr-CA"> Roches </langstring><langstring>Steine</langstring>'
        unit = au().replace(texts("one"), f"<title>{several}</title><description>{several}</description>")
        assert read(package(unit).getvalue()).parts[0].title == {"en": "Rocks", "fr-CA": "Roches", "und": "Steine"}

    def test_blocks_come_before_what_they_hold(self):
        found = read(package(block("a", au("1"), block("b", au("2"))), au("3")).getvalue())
        assert [(p.id.rpartition("/")[2], p.parent) for p in found.parts] == [("a", None), ("1", 0), ("b", 0), ("2", 2), ("3", None)]

    def test_what_others_added_in_their_own_namespace_is_passed_over(self):
        unit = au().replace("</au>", f"{FOREIGN}</au>").replace("<au ", '<au xmlns:v="https://vendor.example/v" v:colour="red" ')
        assert len(read(package(unit, objectives=OBJECTIVES).getvalue()).parts) == 1

    def test_objectives_are_kept_and_may_be_referred_to(self):
        refers = f'<objectives><objective idref="{BASE}/o/1"/></objectives><url>'
        found = read(package(au().replace("<url>", refers), objectives=OBJECTIVES).getvalue())
        assert found.objectives[0][0] == f"{BASE}/o/1"
        assert found.parts[0].objectives == [f"{BASE}/o/1"]

    def test_blocks_may_be_nested_deeper_than_programs_like(self):
        nested = au()
        for depth in range(600):
            nested = block(str(depth), nested)
        found = read(package(nested).getvalue())
        assert len(found.parts) == 601

    @pytest.mark.parametrize("url", ["https://host.example/au?x=1", "app://open/me", "HTTP://host.example:8080/"])
    def test_a_structure_by_itself_may_open_any_complete_address(self, url):
        part = read(structure(au(url=url))).parts[0]
        assert (part.address, part.external) == (url, True)
        assert part.own_window == url.startswith("app:")

    def test_a_byte_order_mark_and_a_comment_stand_before_many_structures(self):
        for data in (
            structure(au(url="https://h.example/")),
            structure(au(url="https://h.example/")).replace(b"?>", b"?><!-- made by -->"),
        ):
            assert looked_through(b"\xef\xbb\xbf" + data, "cmi5.xml").accepted

    def test_a_file_is_found_whatever_its_capitals_and_that_is_said(self):
        found = looked_through(package(au(url="Index.HTML")).getvalue())
        assert found.accepted
        assert [f.code for f in found.findings] == ["item.launch_case"]


ONE = au().replace
WRONG = {
    "a course id without a scheme": (
        structure().replace(f'<course id="{BASE}"'.encode(), b'<course id="example.org"'),
        "cmi5.iri",
        "3.0.0.0-1",
    ),
    "an id with a space": (structure(au("a b", url="https://h.example/")), "cmi5.iri", "3.0.0.0-1"),
    "two units with one id": (structure(au(url="https://h.example/"), au(url="https://h.example/")), "cmi5.duplicate_au", "13.1.4.0-1"),
    "an idref that leads nowhere": (
        structure(au(url="https://h.example/").replace("<url>", '<objectives><objective idref="https://x.example"/></objectives><url>')),
        "cmi5.idref",
        "4.4.0.0-2",
    ),
    "a parameter that the launch adds": (structure(au(url="https://h.example/?a=1&fetch=2")), "cmi5.query", "8.1.0.0-6"),
    "an address with a raw percent": (structure(au(url="https://h.example/100%")), "cmi5.url", "13.1.4.0-2"),
    "an address without a host": (structure(au(url="https:///path")), "cmi5.url", "13.1.4.0-2"),
    "an address that is a program": (structure(au(url="javascript:alert(1)")), "cmi5.scheme", "13.1.4.0-2"),
    "a relative address without a zip": (structure(), "cmi5.relative", "14.2.0.0-1"),
    "an address of another host without its scheme": (structure(au(url="//h.example/")), "cmi5.relative", "14.2.0.0-1"),
    "a file that is not there": (package(au(url="other.html")).getvalue(), "cmi5.file_missing", "14.1.0.0-4"),
    "a file outside the zip": (package(au(url="../index.html")).getvalue(), "cmi5.file_missing", "14.1.0.0-4"),
    "no unit at all": (structure("<!-- none -->"), "cmi5.element_missing", "13.2.0.0-1"),
    "an empty block": (structure(block("a")), "cmi5.element_missing", "13.2.0.0-1"),
    "no title": (structure(au().replace("<title>", "<!--").replace("</title>", "-->")), "cmi5.element_missing", "13.2.0.0-1"),
    "an element that nobody knows": (structure(ONE("<url>", "<link/><url>")), "cmi5.element", "13.2.0.0-1"),
    "text between elements": (structure(ONE("<url>", "hello<url>")), "cmi5.text", "13.2.0.0-1"),
    "an attribute that nobody knows": (structure(au(moveon="Passed")), "cmi5.attribute", "13.2.0.0-1"),
    "a unit without an id": (structure(ONE(f' id="{BASE}/au/one"', "")), "cmi5.attribute_missing", "13.2.0.0-1"),
    "a moveOn that does not exist": (structure(au(moveOn="Done")), "cmi5.value", "13.2.0.0-1"),
    "a launchMethod that does not exist": (structure(au(launchMethod="Popup")), "cmi5.value", "13.2.0.0-1"),
    "a mastery score above one": (structure(au(masteryScore="1.1")), "cmi5.value", "13.2.0.0-1"),
    "a mastery score below zero": (structure(au(masteryScore="-0.1")), "cmi5.value", "13.2.0.0-1"),
    "a mastery score that is finer than four digits": (structure(au(masteryScore="0.12345")), "cmi5.value", "13.2.0.0-1"),
    "an empty address": (structure(au(url=" ")), "cmi5.value", "13.2.0.0-1"),
    "a language that is none": (structure().replace(b"lang='en'", b"lang='en_US!'", 1), "cmi5.value", "13.2.0.0-1"),
    "another namespace": (structure().replace(NAMESPACE.encode(), b"https://elsewhere.example"), "cmi5.not_a_structure", "13.2.0.0-1"),
    "XML that stops in the middle": (structure()[:-20], "cmi5.malformed", "13.2.0.0-1"),
    "entities": (b'<!DOCTYPE courseStructure [<!ENTITY a "b">]>' + structure().partition(b"?>")[2], "manifest.entities", "13.2.0.0-1"),
    "a zip whose structure lies in a folder": (None, "cmi5.not_at_root", "14.1.0.0-2"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_rule_is_held_and_named(name):
    data, code, requirement = WRONG[name]
    if data is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("course/cmi5.xml", structure())
        data = out.getvalue()
    assert refused(data) == (code, requirement)


def test_another_xml_file_is_told_what_it_is():
    assert refused(b'<?xml version="1.0"?><manifest/>')[0] == "cmi5.not_a_structure"
