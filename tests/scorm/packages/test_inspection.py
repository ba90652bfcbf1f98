"""Whole uploads: the made-up edge cases, real packages from elsewhere, and what is no course at all."""

import io
import tempfile
from pathlib import Path

import pytest

from scorm.packages.archive import Limits
from scorm.packages.findings import Findings
from scorm.packages.inspection import inspect
from scorm.packages.serving import build

# What must be said of each edge case: an error's code for a refusal, the other codes for what is accepted.
EDGE_CASES = {
    "e01_manifest_in_subfolder.zip": {"course.subfolder"},
    "e02_manifest_two_levels.zip": {"course.subfolder"},
    "e04_two_courses_in_zip.zip": {"course.several"},
    "e05_zip_in_zip.zip": {"archive.nested", "course.subfolder"},
    "e07_utf16le_bom.zip": set(),
    "e08_declared_utf8_is_cp1252.zip": {"manifest.encoding"},
    "e10_undeclared_prefix.zip": {"manifest.prefix"},
    "e11_no_namespace.zip": {"manifest.no_namespace"},
    "e13_unescaped_amp.zip": {"manifest.ampersand"},
    "e14_href_case_mismatch.zip": {"item.launch_case"},
    "e16_backslash_names.zip": set(),
    "e17_cp437_name.zip": set(),
    "e19_utf8_no_flag.zip": set(),
    "e20_zip_slip.zip": {"archive.traversal"},
    "e22_absolute_name.zip": {"archive.absolute"},
    "e23_drive_letter.zip": {"archive.drive"},
    "e25_case_collision.zip": set(),
    "e26_symlink.zip": {"archive.link"},
    "e28_many_entries_70000.zip": {"archive.too_many_files"},
    "e29_zip64_headers.zip": set(),
    "e31_billion_laughs.zip": {"manifest.entities"},
    "e32_harmless_doctype.zip": {"manifest.doctype"},
    "e34_javascript_href.zip": {"item.launch_scheme"},
    "e35_dotdot_href.zip": {"item.launch_outside"},
    "e37_missing_secondary_file.zip": {"file.missing"},
    "e38_xml_base.zip": set(),
    "e40_href_with_query.zip": set(),
    "e41_href_percent20.zip": set(),
    "e43_bad_default_org.zip": {"organization.default"},
    "e44_no_organizations.zip": {"organization.none"},
    "e46_dup_identifiers.zip": {"item.duplicate"},
    "e47_empty_title.zip": {"item.no_title"},
    "e49_prerequisites.zip": set(),
    "e50_uppercase_manifest.zip": {"manifest.name_case"},
    "e52_corrupt_crc.zip": {"archive.damaged"},
    "e53_truncated.zip": {"archive.truncated"},
    "e55_empty.zip": {"archive.empty"},
    "e56_encrypted_flag.zip": {"archive.encrypted"},
    "e58_server_files.zip": {"file.server"},
    "e59_service_worker.zip": {"file.service_worker"},
    "e61_big_suspend_12.zip": set(),
    "e62_popup.zip": set(),
    "e64_2004_schemaversion_2004_2nd_Edition.zip": set(),
    "e64_2004_schemaversion_2004_4Th_EDITION.zip": set(),
    "e64_2004_schemaversion_2004_4th_Edition.zip": set(),
    "e64_2004_schemaversion_CAM_1.3.zip": set(),
    "e64_2004_schemaversion_absent.zip": {"edition.unstated"},
}

# (accepted, edition, how many can be launched, codes that must be there)
REAL = {
    "moodle/RuntimeBasicCalls_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 1, set()),
    "moodle/RuntimeMinimumCalls_SCORM12-mini.zip": (True, "1.2", 9, set()),
    "moodle/RuntimeMinimumCalls_SCORM12.zip": (True, "1.2", 18, set()),
    "moodle/badscorm.zip": (False, None, None, {"manifest.empty"}),
    "moodle/complexscorm.zip": (True, "1.2", 8, {"organization.default", "archive.system_files"}),
    "moodle/invalid.zip": (False, None, None, {"course.plain_html"}),
    "moodle/singlesco_scorm12.zip": (True, "1.2", 1, set()),
    "moodle/singlescobasic.zip": (True, "1.2", 1, set()),
    "moodle/singlescobasic_missingorg.zip": (True, "1.2", 1, {"organization.none"}),
    "moodle/validaicc.zip": (False, None, None, {"format.aicc"}),
    "moodle/validscorm.zip": (False, None, None, {"manifest.empty"}),
    "golf-and-parser/aicc/complex.zip": (False, None, None, {"format.aicc"}),
    "golf-and-parser/aicc/multiline-description.zip": (False, None, None, {"format.aicc"}),
    "golf-and-parser/aicc/package.zip": (False, None, None, {"format.aicc"}),
    "golf-and-parser/aicc/pre-ort.zip": (False, None, None, {"format.aicc"}),
    "golf-and-parser/cmi5/masteryscore_framed.zip": (True, "cmi5", 1, set()),
    "golf-and-parser/cmi5/masteryscore_responsive.zip": (True, "cmi5", 1, set()),
    "golf-and-parser/cmi5/multi_au_framed.zip": (True, "cmi5", 8, set()),
    "golf-and-parser/cmi5/pre_post_test_framed.zip": (True, "cmi5", 6, set()),
    "golf-and-parser/cmi5/single_au_basic_framed.zip": (True, "cmi5", 1, set()),
    "golf-and-parser/cmi5/single_au_basic_responsive.zip": (True, "cmi5", 1, set()),
    "golf-and-parser/invalid/CM-01-broken-default-org.zip": (False, "2004 4th Edition", 0, {"organization.default", "item.launch_missing"}),
    "golf-and-parser/scorm12/ComplexNestedOrganization_SCORM12.zip": (False, "1.2", 0, {"item.launch_missing", "organization.several"}),
    "golf-and-parser/scorm12/ContentPackagingOneFilePerSCO_SCORM12.zip": (True, "1.2", 18, set()),
    "golf-and-parser/scorm12/ContentPackagingSingleSCO_SCORM12.zip": (True, "1.2", 1, set()),
    "golf-and-parser/scorm12/ContentPackagingWithMetadata_SCORM12.zip": (True, "1.2", 1, set()),
    "golf-and-parser/scorm12/InvalidFileReferences_SCORM12.zip": (False, "1.2", 0, {"item.launch_missing", "file.missing"}),
    "golf-and-parser/scorm12/ItemWithNonExistentResourceId_SCORM12.zip": (True, "1.2", 1, {"item.dangling"}),
    "golf-and-parser/scorm12/LaunchUrlFromNestedItem_SCORM12.zip": (True, "1.2", 2, set()),
    "golf-and-parser/scorm12/MalformedXml_SCORM12.zip": (False, None, None, {"manifest.malformed"}),
    "golf-and-parser/scorm12/MissingLaunchUrl_SCORM12.zip": (False, "1.2", 0, {"item.no_href"}),
    "golf-and-parser/scorm12/MissingRequiredFields_SCORM12.zip": (False, "1.2", 0, {"item.launch_missing"}),
    "golf-and-parser/scorm12/MultipleItemsWithIdentifierRef_SCORM12.zip": (True, "1.2", 3, set()),
    "golf-and-parser/scorm12/PrerequisitesTest_SCORM12.zip": (True, "1.2", 4, set()),
    "golf-and-parser/scorm12/RuntimeBasicCalls_SCORM12.zip": (True, "1.2", 1, set()),
    "golf-and-parser/scorm12/RuntimeMinimumCalls_SCORM12.zip": (True, "1.2", 18, set()),
    "golf-and-parser/scorm2004/AdlAttributes_SCORM20043rdEdition.zip": (False, "2004 3rd Edition", 0, {"item.launch_missing"}),
    "golf-and-parser/scorm2004/ContentPackagingMetadata_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 1, set()),
    "golf-and-parser/scorm2004/ContentPackagingNoSchemaVersion_SCORM20042ndEdition.zip": (
        False, "2004 3rd Edition", 0, {"edition.unstated", "item.launch_missing"},
    ),
    "golf-and-parser/scorm2004/ContentPackagingOneFilePerSCO_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 18, set()),
    "golf-and-parser/scorm2004/ContentPackagingSingleSCO_SCORM20042ndEdition.zip": (True, "2004 2nd Edition", 1, set()),
    "golf-and-parser/scorm2004/ContentPackagingSingleSCO_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 1, set()),
    "golf-and-parser/scorm2004/InvalidMissingOrgIdentifier_SCORM20043rdEdition.zip": (
        False, "2004 3rd Edition", 0, {"organization.default", "item.launch_missing"},
    ),
    "golf-and-parser/scorm2004/MinimalValid_SCORM20043rdEdition.zip": (False, "2004 3rd Edition", 0, {"item.launch_missing"}),
    "golf-and-parser/scorm2004/RunTimeAdvancedCalls_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 1, set()),
    "golf-and-parser/scorm2004/RuntimeBasicCalls_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 1, set()),
    "golf-and-parser/scorm2004/RuntimeMinimumCalls_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 18, set()),
    "golf-and-parser/scorm2004/SequencingForcedSequential_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 5, set()),
    "golf-and-parser/scorm2004/SequencingPostTestRollup4thEd_SCORM20044thEdition.zip": (True, "2004 4th Edition", 5, set()),
    "golf-and-parser/scorm2004/SequencingPostTestRollup_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 5, set()),
    "golf-and-parser/scorm2004/SequencingPreOrPostTestRollup_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 6, set()),
    "golf-and-parser/scorm2004/SequencingRandomTest_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 8, set()),
    "golf-and-parser/scorm2004/SequencingSimpleRemediation_SCORM20043rdEdition.zip": (True, "2004 3rd Edition", 8, set()),
    "golf-and-parser/xapi/basic_course.zip": (True, "xAPI", 1, set()),
    "golf-and-parser/zips/aicc.zip": (False, None, None, {"format.aicc"}),
    "golf-and-parser/zips/cmi5.zip": (True, "cmi5", 1, set()),
    "golf-and-parser/zips/scorm12.zip": (True, "1.2", 18, set()),
    "golf-and-parser/zips/scorm2004.zip": (True, "2004 3rd Edition", 1, set()),
}  # fmt: skip


def look_through(data: bytes, name: str = "upload.zip"):
    """An inspection, with every file read as an import reads it."""
    from scorm.packages.findings import Refused

    result = inspect(io.BytesIO(data), name=name, limits=Limits(), scratch=tempfile.TemporaryFile)
    if result.accepted:
        try:
            build(result.archive, io.BytesIO(), result.findings)
        except Refused as refusal:
            result.findings.append(refusal.finding)
    return result


def codes(findings: Findings) -> set[str]:
    return {f.code for f in findings if f.code != "file.no_api"}


def expected(folder: Path) -> dict[str, str]:
    """The verdict that comes with the edge cases: ``accept…`` or ``reject…``, by name."""
    rows = [line.split("\t") for line in (folder / "edge-cases" / "EXPECTED.tsv").read_text().splitlines()[1:]]
    return {name: verdict.lower() for name, verdict, *_ in rows}


class TestEdgeCases:
    def test_all_are_in_the_table(self, packages_dir):
        assert set(EDGE_CASES) == set(expected(packages_dir))

    @pytest.mark.parametrize("name", EDGE_CASES)
    def test_is_judged_as_expected(self, packages_dir, name):
        result = look_through((packages_dir / "edge-cases" / name).read_bytes())
        assert codes(result.findings) == EDGE_CASES[name]
        verdict = expected(packages_dir)[name]
        if "or" not in verdict.split() or verdict.startswith("accept with warning or"):
            assert result.accepted == verdict.startswith("accept")
        if verdict == "accept with warning":
            assert any(f.severity == "warning" for f in result.findings)
        if verdict == "accept" and not name.endswith("absent.zip"):
            assert all(f.severity == "info" for f in result.findings)


class TestRealPackages:
    def test_none_is_forgotten(self, packages_dir):
        found = {
            p.relative_to(packages_dir).as_posix()
            for folder in ("moodle", "golf-and-parser")
            for p in (packages_dir / folder).rglob("*.zip")
        }
        assert found == set(REAL)

    @pytest.mark.parametrize("name", REAL)
    def test_is_imported_or_refused_for_the_right_reason(self, packages_dir, name):
        accepted, edition, launchable, wanted = REAL[name]
        result = look_through((packages_dir / name).read_bytes())
        assert result.accepted is accepted, [f.code for f in result.findings]
        assert (result.manifest.edition if result.manifest else None) == edition
        if result.manifest:
            assert len(result.manifest.tree.organizations[0].launchable()) == launchable
        assert wanted <= codes(result.findings)
        if accepted:
            assert not {f.code for f in result.findings if f.severity == "warning"} - wanted

    def test_the_other_collections_are_named_or_read(self, packages_dir):
        photoshop = look_through((packages_dir / "adl-photoshop" / "ADL_Photoshop.zip").read_bytes())
        assert photoshop.accepted
        assert len(photoshop.manifest.tree.organizations[0].launchable()) > 10
        for name, wanted in (
            ("GolfExample_TCAPI", {"xapi.script_missing"}),
            ("JsTetris_TCAPI", {"xapi.script_missing"}),
            ("Locator_TCAPI", {"xapi.script_missing", "file.insecure"}),
            ("OAuthSample", set()),
        ):
            found = look_through((packages_dir / "tincan" / f"{name}.zip").read_bytes())
            assert found.accepted
            assert codes(found.findings) == wanted

    def test_every_manifest_of_the_edition_tests_is_read(self, packages_dir):
        for path in sorted((packages_dir / "adl-2004-4th" / "packages").glob("*.zip")):
            result = look_through(path.read_bytes())
            assert result.manifest is not None, (path.name, [f.code for f in result.findings])
            unexpected = {f.code for f in result.findings.errors} - {"item.launch_missing"}
            assert not unexpected, (path.name, unexpected)


class TestSeveralDescriptions:
    def test_scorm_is_used_before_xapi(self, make_course):
        result = look_through(make_course({"tincan.xml": b"<x/>"}))
        assert result.accepted
        assert codes(result.findings) == {"format.also"}


class TestZipInZip:
    def test_is_unwrapped_once(self, make_course, make_zip):
        assert look_through(make_zip({"course.zip": make_course(), "readme.txt": b"hello"})).accepted
        twice = make_zip({"outer.zip": make_zip({"course.zip": make_course()})})
        assert codes(look_through(twice).findings) == {"archive.nested_twice"}

    def test_several_are_refused(self, make_course, make_zip):
        assert codes(look_through(make_zip({"a.zip": make_course(), "b.zip": make_course()})).findings) == {"archive.many_zips"}

    def test_a_zip_among_the_files_of_a_course_is_left_alone(self, make_course, make_zip):
        assert look_through(make_course({"download.zip": make_zip({"a": b"b"})})).accepted


class TestOldNames:
    @pytest.mark.parametrize(("encoding", "name"), [("shift_jis", "日本語.html"), ("gbk", "消防安全.html")])
    def test_are_read_in_the_code_page_that_has_the_files(self, forge, manifests, encoding, name):
        manifest = manifests[0](resources=f'<resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="{name}"/>')
        data = forge().add(b"imsmanifest.xml", manifest).add(name.encode(encoding), b"page", flags=0).done()
        result = look_through(data)
        assert result.accepted
        assert name in result.archive.entries
        assert "archive.recoded" in codes(result.findings)


class TestTitles:
    def test_a_course_without_a_title_is_named_after_its_file(self, make_course, manifests):
        assert look_through(make_course(manifest=manifests[0](title="")), "Fire_safety 2024.zip").manifest.title == "Fire safety 2024"

    def test_a_file_of_metadata_is_read(self, make_course, manifests):
        lom = b"<lom><general><description><string language='de'>Kurz.</string></description></general></lom>"
        data = make_course({"meta.xml": lom}, manifests[0](extra="<adlcp:location>meta.xml</adlcp:location>"))
        assert look_through(data).manifest.metadata.description == "Kurz."


class TestHints:
    def test_say_what_the_pages_give_away(self, make_course, make_zip, manifests):
        files = {
            "a.swf": b"x",
            "b.html": b"<script src='http://cdn.example.org/x.js'></script>",
            "c.js": b"navigator.serviceWorker . register('sw.js')",
            "d.php": b"<?php",
        }
        assert codes(look_through(make_course(files)).findings) == {"file.flash", "file.insecure", "file.service_worker", "file.server"}

    def test_say_when_nothing_talks_to_the_interface(self, make_zip, manifests):
        silent = look_through(make_zip({"imsmanifest.xml": manifests[0](), "index.html": b"<p>Only words</p>"}))
        assert [f.code for f in silent.findings] == ["file.no_api"]
        spoken = look_through(make_zip({"imsmanifest.xml": manifests[0](), "index.html": b"<script>LMSInitialize('')</script>"}))
        assert [f.code for f in spoken.findings] == []
