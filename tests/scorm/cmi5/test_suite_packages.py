"""The packages of the official LMS tests are accepted or refused as their names say, each refusal by the requirement that it is about."""

import io
import zipfile

import pytest

REFUSED = {
    "201-1-iris-course-id.xml": "3.0.0.0-1",
    "201-2-iris-block-id.xml": "3.0.0.0-1",
    "201-3-iris-au-id.xml": "3.0.0.0-1",
    "201-4-iris-objective-id.xml": "3.0.0.0-1",
    "202-1-relative-url-no-zip.xml": "14.2.0.0-1",
    "202-2-relative-url-no-zip.xml": "14.2.0.0-1",
    "202-3-relative-url-no-zip.xml": "14.2.0.0-1",
    "202-4-relative-url-no-zip.xml": "14.2.0.0-1",
    "202-5-relative-url-no-zip.xml": "14.2.0.0-1",
    "203-1-relative-url-no-reference.zip": "14.1.0.0-4",
    "204-query-string-conflict-endpoint.xml": "8.1.0.0-6",
    "205-1-duplicated-block.xml": "13.1.2.0-1",
    "205-2-duplicated-objective.xml": "13.1.3.0-1",
    "205-3-duplicated-au.xml": "13.1.4.0-1",
    "206-1-invalid-au-url.xml": "13.1.4.0-2",
    "207-1-invalid-courseStructure.xml": "13.2.0.0-1",
    "209-1-not-a-zip.zip": "14.1.0.0-1",
    "210-1-no-cmi5-xml.zip": "14.1.0.0-2",
}


def content_type(name: str) -> str:
    return "application/zip" if name.endswith(".zip") else "text/xml"


def completed(data: bytes) -> bytes:
    """The suite's sources with the page that its build adds; Zip64 stays Zip64."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in [*source.namelist(), "index.html"]:
            with target.open(name, "w", force_zip64=True) as sink:
                sink.write(b"<!doctype html>" if name == "index.html" else source.read(name))
    return out.getvalue()


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_packages_that_break_a_requirement_are_refused_by_its_name(system, packages_dir):
    folder = packages_dir / "cmi5-lms-tests"
    answers = {name: system.bring((folder / name).read_bytes(), content_type(name)) for name in REFUSED}
    assert {name: answer["violatedReqId"] for name, answer in answers.items()} == REFUSED
    assert all(answer["status"] == 422 and answer["message"] for answer in answers.values())


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_all_other_packages_are_imported(system, packages_dir):
    folder = packages_dir / "cmi5-lms-tests"
    names = sorted(path.name for path in folder.iterdir() if path.name not in REFUSED)
    assert len(names) == 17
    for name in names:
        data = (folder / name).read_bytes()
        answer = system.bring(completed(data) if name.endswith(".zip") else data, content_type(name))
        assert answer["status"] == 201, (name, answer)


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_what_is_neither_a_zip_nor_xml_is_refused_by_its_type(system):
    answer = system.bring(b"# A course", "text/markdown; charset=UTF-8")
    assert (answer["status"], answer["violatedReqId"]) == (415, "14.0.0.0-1")
