# ruff: noqa: E501 - XML reads better unbroken
"""Manifests of every edition, and what real ones get wrong."""

import pytest

from scorm.packages.findings import Findings, Refused
from scorm.packages.manifest import read_manifest
from scorm.packages.manifest.hrefs import resolve, with_parameters

FILES = ("index.html", "a/b.html", "a/my page.html", "Page.HTML", "50%.html", "a#b.html", "course/x.html")


def find(path: str) -> str | None:
    lowered = {name.lower(): name for name in FILES}
    return path if path in FILES else lowered.get(path.lower())


def read(data: bytes, folder: str = ""):
    findings = Findings()
    return read_manifest(data, folder=folder, find=find, findings=findings), [f.code for f in findings]


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(data)
    return refused.value.finding.code


def resource(href: str, kind: str = "sco", base: str = "") -> str:
    return f'<resource identifier="r1" type="webcontent" adlcp:scormtype="{kind}" {base} href="{href}"/>'


class TestScorm12:
    def test_an_item_keeps_what_it_says_about_playing_it(self, manifests):
        scorm12, _ = manifests
        item = (
            '<item identifier="i1" identifierref="r1" isvisible="false" parameters="?lang=fr&amp;x=1"><title> Two\n words </title>'
            '<adlcp:prerequisites type="aicc_script">a &amp; b</adlcp:prerequisites><adlcp:maxtimeallowed>00:30:00</adlcp:maxtimeallowed>'
            "<adlcp:timelimitaction>exit, message</adlcp:timelimitaction><adlcp:datafromlms>line one\nline two</adlcp:datafromlms>"
            "<adlcp:masteryscore>80</adlcp:masteryscore></item>"
        )
        manifest, codes = read(scorm12(item))
        node = manifest.tree.organizations[0].items[0]
        assert (manifest.format, manifest.edition, manifest.title) == ("scorm12", "1.2", "Fire safety")
        assert codes == ["prerequisites.unknown_part"]
        assert (node.title, node.visible, node.launch, node.scorm_type) == ("Two words", False, "index.html?lang=fr&x=1", "sco")
        assert (node.prerequisites, node.mastery_score, node.max_time_allowed) == ("a & b", 80.0, "00:30:00")
        assert (node.time_limit_action, node.launch_data) == ("exit,message", "line one\nline two")

    def test_metadata_is_read_in_its_spelling(self, manifests):
        lom = (
            '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_rootv1p2p1"><general><title><langstring xml:lang="fr-CA">Titre</langstring></title>'
            "<description><langstring>Pour tous.</langstring></description></general><educational><typicallearningtime>"
            "<datetime>00:45:00</datetime></typicallearningtime></educational></lom>"
        )
        about = read(manifests[0](extra=lom))[0].metadata
        assert (about.title, about.language, about.description, about.duration_minutes) == ("Titre", "fr", "Pour tous.", 45)

    def test_a_mastery_score_that_is_no_score_is_ignored_with_a_warning(self, manifests):
        item = '<item identifier="i1" identifierref="r1"><title>L</title><adlcp:masteryscore>eighty</adlcp:masteryscore></item>'
        manifest, codes = read(manifests[0](item))
        assert manifest.tree.organizations[0].items[0].mastery_score is None
        assert codes == ["item.number"]


class TestScorm2004:
    def test_limits_measures_and_objectives_come_from_sequencing(self, manifests):
        item = (
            '<item identifier="i1" identifierref="r1"><title>L</title><adlcp:timeLimitAction>exit,no message</adlcp:timeLimitAction>'
            "<adlcp:dataFromLMS>seed</adlcp:dataFromLMS>"
            '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75" progressWeight="0.5"/>'
            '<imsss:sequencing><imsss:limitConditions attemptAbsoluteDurationLimit="PT1H"/><imsss:objectives>'
            '<imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure>'
            '</imsss:primaryObjective><imsss:objective objectiveID="second"/></imsss:objectives></imsss:sequencing>'
            "<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>continue</adlnav:hideLMSUI></adlnav:navigationInterface>"
            "</adlnav:presentation></item>"
        )
        manifest, codes = read(manifests[1](item))
        node = manifest.tree.organizations[0].items[0]
        assert (manifest.format, manifest.edition, codes) == ("scorm2004", "2004 4th Edition", [])
        assert (node.completion_threshold, node.scaled_passing_score, node.max_time_allowed) == (0.75, 0.6, "PT1H")
        assert (node.objectives, node.hide_ui, node.launch_data) == (["main", "second"], ["continue"], "seed")
        assert node.time_limit_action == "exit,no message"
        assert "attemptAbsoluteDurationLimit" in node.sequencing

    def test_a_measure_that_does_not_decide_is_no_threshold(self, manifests):
        item = (
            '<item identifier="i1" identifierref="r1"><title>L</title><adlcp:completionThreshold minProgressMeasure="0.75" completedByMeasure="false"/>'
            '<imsss:sequencing><imsss:objectives><imsss:primaryObjective satisfiedByMeasure="false"><imsss:minNormalizedMeasure>0.6'
            "</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives></imsss:sequencing></item>"
        )
        node = read(manifests[1](item))[0].tree.organizations[0].items[0]
        assert (node.completion_threshold, node.scaled_passing_score) == (None, None)

    def test_third_edition_writes_the_threshold_as_text(self, manifests):
        item = '<item identifier="i1" identifierref="r1"><title>L</title><adlcp:completionThreshold>0.4</adlcp:completionThreshold></item>'
        manifest, _ = read(manifests[1](item, version="2004 3rd Edition"))
        assert manifest.edition == "2004 3rd Edition"
        assert manifest.tree.organizations[0].items[0].completion_threshold == 0.4

    def test_sequencing_may_be_shared_by_reference(self, manifests):
        item = '<item identifier="i1" identifierref="r1"><title>L</title><imsss:sequencing IDRef="s"/></item>'
        collection = (
            '<imsss:sequencingCollection><imsss:sequencing ID="s"><imsss:objectives><imsss:primaryObjective objectiveID="p" '
            'satisfiedByMeasure="true"/></imsss:objectives></imsss:sequencing></imsss:sequencingCollection>'
        )
        tree = read(manifests[1](item, tail=collection))[0].tree
        assert tree.organizations[0].items[0].scaled_passing_score == 1.0
        assert 'ID="s"' in tree.sequencing_collection

    @pytest.mark.parametrize(
        ("version", "edition", "codes"),
        [
            ("CAM 1.3", "2004 2nd Edition", []),
            ("2004 2nd Edition", "2004 2nd Edition", []),
            ("2004 3rd Edition", "2004 3rd Edition", []),
            ("2004 4Th EDITION", "2004 4th Edition", []),
            ("", "2004 3rd Edition", ["edition.unstated"]),
            ("1.0", "2004 3rd Edition", ["edition.unknown"]),
        ],
    )
    def test_editions_are_told_by_namespace_then_by_words(self, manifests, version, edition, codes):
        manifest, found = read(manifests[1](version=version))
        assert (manifest.format, manifest.edition, found) == ("scorm2004", edition, codes)


class TestTree:
    def test_survives_being_stored(self, manifests):
        from scorm.packages.tree import Tree

        items = '<item identifier="c"><title>Chapter</title><item identifier="i1" identifierref="r1"><title>L</title></item></item>'
        tree = read(manifests[0](items))[0].tree
        assert Tree.from_json(tree.to_json()) == tree
        assert [node.identifier for node in tree.organizations[0].walk()] == ["c", "i1"]

    def test_identifiers_are_made_unique(self, manifests):
        items = (
            "".join('<item identifier="i1" identifierref="r1"><title>L</title></item>' for _ in range(3)) + "<item><title>No</title></item>"
        )
        manifest, codes = read(manifests[0](items))
        assert [n.identifier for n in manifest.tree.organizations[0].items] == ["i1", "i1-2", "i1-3", "item-2"]
        assert codes == ["item.duplicate", "item.duplicate", "item.no_identifier"]

    def test_a_missing_default_takes_the_first(self, manifests):
        data = manifests[0]().replace(b'default="o1"', b'default="nope"')
        assert read(data)[1] == ["organization.default"]

    def test_the_default_comes_first(self, manifests):
        second = b'<organization identifier="o2"><title>Second</title><item identifier="x" identifierref="r1"><title>X</title></item></organization>'
        data = manifests[0]().replace(b'default="o1"', b'default="o2"').replace(b"</organizations>", second + b"</organizations>")
        manifest, codes = read(data)
        assert [o.identifier for o in manifest.tree.organizations] == ["o2", "o1"]
        assert (manifest.title, codes) == ("Second", ["organization.several"])

    def test_without_a_table_of_contents_the_scos_make_one(self, manifests):
        data = manifests[0](resources=resource("index.html") + resource("a/b.html", "asset").replace("r1", "r2"))
        data = data[: data.index(b"<organizations")] + b"<organizations/>" + data[data.index(b"<resources>") :]
        manifest, codes = read(data)
        assert [n.launch for n in manifest.tree.organizations[0].items] == ["index.html"]
        assert codes == ["organization.none"]

    def test_nested_manifests_are_joined(self, manifests):
        nested = (
            '<manifest identifier="sub"><organizations><organization identifier="s"><title>S</title><item identifier="s1" identifierref="r1">'
            "<title>Sub</title></item></organization></organizations><resources/></manifest></manifest>"
        )
        data = manifests[0]('<item identifier="i1" identifierref="sub"><title>Part</title></item>').replace(b"</manifest>", nested.encode())
        manifest, codes = read(data)
        part = manifest.tree.organizations[0].items[0]
        assert [n.title for n in part.walk()] == ["Part", "Sub"]
        assert codes == ["manifest.submanifests"]

    def test_too_deep_or_too_long_is_refused(self, manifests):
        deep = "".join(f'<item identifier="d{n}"><title>d</title>' for n in range(60)) + "</item>" * 60
        assert refusal(manifests[0](deep)) == "manifest.too_deep"
        long = "".join(f'<item identifier="d{n}"/>' for n in range(5_001))
        assert refusal(manifests[0](long)) == "manifest.too_many_items"

    def test_nothing_to_launch_is_an_error(self, manifests):
        assert "organization.empty" in read(manifests[0]('<item identifier="c"><title>Chapter</title></item>', resources=""))[1]


class TestHrefs:
    @pytest.mark.parametrize(
        ("href", "launch", "codes"),
        [
            ("index.html", "index.html", []),
            ("./a/../index.html", "index.html", []),
            ("/index.html", "index.html", []),
            ("a\\b.html", "a/b.html", []),
            ("a/my%20page.html", "a/my%20page.html", []),
            ("a/my page.html", "a/my%20page.html", []),
            ("index.html?x=1#top", "index.html?x=1#top", []),
            ("50%.html", "50%25.html", []),
            ("a#b.html", "a%23b.html", []),
            ("page.html", "Page.HTML", ["item.launch_case"]),
            ("http://example.org/course/", "http://example.org/course/", ["item.external"]),
            ("//example.org/course/", "https://example.org/course/", ["item.external"]),
            ("gone.html", None, ["item.launch_missing"]),
            ("../index.html", None, ["item.launch_outside"]),
            ("a/../../x.html", None, ["item.launch_outside"]),
            ("%2e%2e/x.html", None, ["item.launch_outside"]),
            ("javascript:alert(1)", None, ["item.launch_scheme"]),
            ("JavaScript:alert(1)", None, ["item.launch_scheme"]),
            ("data:text/html,x", None, ["item.launch_scheme"]),
            ("file:///etc/passwd", None, ["item.launch_scheme"]),
            ("C:\\x.html", None, ["item.launch_scheme"]),
            ("", None, ["item.no_href"]),
        ],
    )
    def test_lead_where_they_may(self, manifests, href, launch, codes):
        manifest, found = read(manifests[0](resources=resource(href)))
        assert (manifest.tree.organizations[0].items[0].launch, found) == (launch, codes)

    def test_a_file_named_like_a_script_stays_a_file(self, manifests):
        findings = Findings()
        data = manifests[0](resources=resource("./javascript:alert(1)"))
        manifest = read_manifest(data, folder="", find=lambda path: path, findings=findings)
        assert manifest.tree.organizations[0].items[0].launch == "javascript%3Aalert(1)"

    def test_a_script_in_xml_base_does_not_get_through(self, manifests):
        assert read(manifests[0](resources=resource("x", base='xml:base="javascript:alert(1)//"')))[1] == ["item.launch_scheme"]

    def test_bases_are_joined(self):
        assert resolve("", ["a/", "", ""], "b.html", find).path == "a/b.html"
        assert resolve("", ["x/", "../a/", ""], "b.html", find).path == "a/b.html"
        assert resolve("course", [""], "x.html", find).path == "course/x.html"
        assert resolve("course", [""], "../index.html", find).path == "index.html"
        assert resolve("", ["https://cdn.example.org/c/"], "b.html", find).address == "https://cdn.example.org/c/b.html"

    @pytest.mark.parametrize(
        ("address", "parameters", "joined"),
        [
            ("a.html", "", "a.html"),
            ("a.html", "x=1", "a.html?x=1"),
            ("a.html", "?x=1", "a.html?x=1"),
            ("a.html", "&x=1", "a.html?x=1"),
            ("a.html?y=2", "?x=1", "a.html?y=2&x=1"),
            ("a.html#top", "x=1", "a.html?x=1#top"),
            ("a.html", "#part", "a.html#part"),
            ("a.html#top", "#part", "a.html#top"),
        ],
    )
    def test_parameters_are_joined_by_the_rules(self, address, parameters, joined):
        assert with_parameters(address, parameters) == joined


class TestSloppyXml:
    def test_encodings(self, manifests):
        data = manifests[0](title="Évacuation").decode()
        for encoding, mark in (("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
            manifest, codes = read(mark + data.encode(encoding))
            assert (manifest.title, codes) == ("Évacuation", [])
        manifest, codes = read(data.replace("UTF-8", "ISO-8859-1").encode("latin-1"))
        assert (manifest.title, codes) == ("Évacuation", [])
        manifest, codes = read(data.encode("cp1252"))
        assert (manifest.title, codes) == ("Évacuation", ["manifest.encoding"])

    def test_an_encoding_that_is_no_text_is_not_believed(self, manifests):
        data = manifests[0]().replace(b"UTF-8", b"unicode_escape")
        assert read(data)[0].title == "Fire safety"

    def test_a_comment_or_words_before_the_declaration(self, manifests):
        for before in (b"<!-- made by us -->\n", b"\n\n  ", b"oops\n"):
            manifest, codes = read(before + manifests[0]())
            assert manifest.title == "Fire safety"
            assert codes == ([] if not before.strip() else ["manifest.leading_text"])

    def test_a_prefix_that_was_never_declared(self, manifests):
        data = manifests[0]().replace(b' xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"', b"")
        manifest, codes = read(data)
        assert manifest.tree.organizations[0].items[0].scorm_type == "sco"
        assert codes == ["manifest.prefix"]

    def test_raw_ampersands_and_html_entities(self, manifests):
        manifest, codes = read(manifests[0](title="Caf&eacute; & bar &amp; more &#233;"))
        assert (manifest.title, codes) == ("Café & bar & more é", ["manifest.ampersand"])

    def test_no_namespace_and_other_capitals(self, manifests):
        data = manifests[0]().decode()
        data = data[: data.index("xmlns=")] + data[data.index("><metadata>") :]
        data = data.replace("adlcp:scormtype", "scormType").replace("<item", "<Item").replace("</item", "</Item")
        manifest, codes = read(data.encode())
        assert manifest.tree.organizations[0].items[0].scorm_type == "sco"
        assert codes == ["manifest.no_namespace"]

    def test_a_doctype_alone_is_only_a_warning(self, manifests):
        data = manifests[0]().replace(b"<manifest", b'<!DOCTYPE manifest SYSTEM "http://127.0.0.1:1/x.dtd"><manifest', 1)
        assert read(data)[1] == ["manifest.doctype"]


CANARY = "canary-of-the-file-system"


def outcome(data: bytes) -> str:
    """What became of an attack: a refusal's code, ``harmless``, or ``leaked``."""
    try:
        manifest, _codes = read(data)
    except Refused as refused:
        return refused.finding.code
    return "leaked" if CANARY in str(manifest.tree.to_json()) + manifest.title else "harmless"


class TestXmlAttacks:
    """Fifteen files that attack the parser: each is refused or harmless, and none reads a file."""

    @pytest.fixture
    def attacks(self, manifests, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text(CANARY)
        uri = secret.as_uri()
        course = manifests[0](title="&x;").decode().split("?>", 1)[1]
        plain = manifests[0]().decode().split("?>", 1)[1]
        laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
        quadratic = f'<!DOCTYPE m [<!ENTITY x "{"a" * 100_000}">]>' + manifests[0](title="&x;" * 500).decode().split("?>", 1)[1]
        return [
            f'<!DOCTYPE m [<!ENTITY x SYSTEM "{uri}">]>{course}',
            f'<!DOCTYPE m [<!ENTITY x PUBLIC "p" "{uri}">]>{course}',
            f'<!DOCTYPE m [<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l11;">]>{course}',
            quadratic,
            f'<!DOCTYPE m [<!ENTITY % p SYSTEM "{uri}">%p;]>{plain}',
            f"<!DOCTYPE m [<!ENTITY % p \"&#60;!ENTITY x SYSTEM '{uri}'>\">%p;]>{course}",
            f'<!DOCTYPE m SYSTEM "{uri}">{plain}',
            f'<!DOCTYPE m PUBLIC "p" "{uri}">{plain}',
            f'<!-- <a --><!DOCTYPE m [<!ENTITY x SYSTEM "{uri}">]>{course}',
            f'<!DOCTYPE m [<!ATTLIST manifest identifier CDATA "y"><!ENTITY x "z">]>{course}',
            f'<?xml-stylesheet href="{uri}"?>{plain}',
            plain.replace("<resources>", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{uri}" parse="text"/><resources>'),
            plain.replace("<manifest ", f'<manifest xsi:schemaLocation="x {uri}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '),
            "<a>" * 100_000,
            f"<manifest {'a' * 20_000_000}",
        ]

    def test_are_refused_or_harmless(self, attacks):
        assert len(attacks) == 15
        for attack in attacks:
            for data in (attack.encode(), b"\xff\xfe" + attack.encode("utf-16-le")):
                assert outcome(data) in ("harmless", "manifest.entities", "manifest.malformed", "manifest.not_a_manifest")


class TestWhatIsNoManifest:
    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "manifest.empty"),
            (b'<?xml version="1.0"?>\n', "manifest.empty"),
            (b"\x00\x01\x02", "manifest.empty"),
            (b"<html><body/></html>", "manifest.not_a_manifest"),
            (b"<manifest><organizations></manifest>", "manifest.malformed"),
            (b"<manifest", "manifest.malformed"),
        ],
    )
    def test_is_refused(self, data, code):
        assert refusal(data) == code

    def test_the_line_is_named(self):
        with pytest.raises(Refused) as refused:
            read(b'<?xml version="1.0"?>\n<manifest>\n<organizations>\n</manifest>')
        assert refused.value.finding.where == "imsmanifest.xml:4"

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"<manifest><metadata><schema>IMS Common Cartridge</schema></metadata></manifest>", "format.common_cartridge"),
            (b'<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"/>', "format.common_cartridge"),
            (b"<manifest><metadata><schema>QTIv2.1 Package</schema></metadata></manifest>", "format.qti"),
            (
                b'<manifest><resources><resource identifier="r" type="imsqti_item_xmlv2p1" href="q.xml"/></resources></manifest>',
                "format.qti",
            ),
        ],
    )
    def test_other_ims_packages_are_named(self, data, code):
        assert refusal(data) == code
