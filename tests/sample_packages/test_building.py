"""The build of the sample packages: well-formed, complete, the same bytes every time."""

import zipfile
from pathlib import PurePosixPath

import pytest
from lxml import etree, html

from tools.build_samples import build_all, build_probe

COURSES = ["welcome", "fire-safety", "accueil"]


def names(path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def manifest(path):
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read("imsmanifest.xml"))


class TestBuildAll:
    def test_builds_every_package(self, built):
        assert {*COURSES, "hostile", "probes-several", "probes-silent"} <= set(built)

    def test_gives_the_same_bytes_twice(self, built, tmp_path):
        again = {path.stem: path.read_bytes() for path in build_all(tmp_path)}
        assert again == {name: path.read_bytes() for name, path in built.items()}

    def test_leaves_nothing_half_built_behind(self, built):
        folder = next(iter(built.values())).parent
        assert {path.suffix for path in folder.iterdir()} == {".zip"}


class TestManifest:
    def test_lists_only_files_that_are_there_and_all_of_them(self, built):
        for path in built.values():
            listed = {element.get("href") for element in manifest(path).iter("{*}file")}
            assert listed | {"imsmanifest.xml"} == names(path), path.name

    def test_starts_every_resource_at_a_file_of_its_own(self, built):
        for path in built.values():
            for resource in manifest(path).iter("{*}resource"):
                href = resource.get("href").split("?")[0]
                assert href in {element.get("href") for element in resource.iter("{*}file")}

    def test_points_every_item_at_a_resource(self, built):
        for path in built.values():
            root = manifest(path)
            resources = {resource.get("identifier") for resource in root.iter("{*}resource")}
            wanted = {item.get("identifierref") for item in root.iter("{*}item")} - {None}
            assert wanted
            assert wanted <= resources

    def test_names_the_edition(self, built):
        editions = {name: manifest(path).findtext(".//{*}schemaversion") for name, path in built.items()}
        assert editions["welcome"] == editions["accueil"] == "1.2"
        assert editions["fire-safety"] == "2004 4th Edition"

    def test_tells_the_pass_mark(self, built):
        assert manifest(built["welcome"]).findtext(".//{*}masteryscore") == "80"
        assert manifest(built["fire-safety"]).findtext(".//{*}minNormalizedMeasure") == "0.8"


class TestPages:
    @pytest.mark.parametrize("name", COURSES)
    def test_ask_nobody_else_for_anything(self, built, name):
        with zipfile.ZipFile(built[name]) as archive:
            for member in archive.namelist():
                if member != "imsmanifest.xml":
                    assert b"http:" not in archive.read(member).replace(b"http://www.w3.org/2000/svg", b"")
                    assert b"https:" not in archive.read(member)

    @pytest.mark.parametrize("name", COURSES)
    def test_have_every_drawing_and_a_title_for_every_slide(self, built, name):
        with zipfile.ZipFile(built[name]) as archive:
            for member in archive.namelist():
                if PurePosixPath(member).suffix != ".html":
                    continue
                text = archive.read(member).decode()
                assert "<!-- art:" not in text
                slides = html.fromstring(text).xpath("//section[contains(@class, 'slide')]")
                assert slides
                assert all(slide.get("data-title") for slide in slides)


class TestProbe:
    def test_carries_its_orders_in_the_launch_parameters(self, tmp_path):
        path = build_probe(tmp_path, version="2004", save="unload", end="commit", size=7)
        item = next(manifest(path).iter("{*}item"))
        assert item.get("parameters") == "?version=2004&save=unload&end=commit&size=7"
        assert names(path) == {"imsmanifest.xml", "sco.html", "sco.js"}
