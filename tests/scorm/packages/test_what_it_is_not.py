"""What is no course is called by its name, told by what is in it and not by what it is called, with what to do about it."""

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile

import pytest
from flask_babel import force_locale

from scorm.packages.archive import Limits
from scorm.packages.inspection import inspect
from scorm.packages.report import not_a_zip
from scorm.packages.sentences import SENTENCES

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def tar(*names: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    return out.getvalue()


# Files that are no zip, each called course.zip: (bytes, code, words that the refusal must have).
FILES = {
    "nothing": (b"", "archive.empty", "empty"),
    "rar": (b"Rar!\x1a\x07\x01\x00" + b"x" * 600, "archive.rar", "RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + b"x" * 600, "archive.seven_zip", "7z"),
    "tar": (tar("imsmanifest.xml", "index.html"), "archive.gzip", "tar"),
    "tar.gz": (gzip.compress(tar("imsmanifest.xml")), "archive.gzip", "gzip"),
    "tar.bz2": (bz2.compress(tar("imsmanifest.xml")), "archive.gzip", "Unpack"),
    "tar.xz": (lzma.compress(tar("imsmanifest.xml")), "archive.gzip", "Unpack"),
    "moodle backup (tar.gz)": (gzip.compress(tar(".ARCHIVE_INDEX", "moodle_backup.xml")), "format.moodle", "Moodle"),
    "sign-in page": (b"<!DOCTYPE html><title>Sign in</title>", "archive.html", "web page"),
    "LFS pointer": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "archive.lfs_pointer", "Git LFS"),
    "PDF": (b"%PDF-1.7\n" + b"x" * 600, "archive.pdf", "PDF"),
    "old PowerPoint": (OLE + b"x" * 600, "archive.old_office", "Office"),
    "mp4": (b"\x00\x00\x00\x20ftypisom" + b"x" * 600, "archive.media", "video"),
    "webm": (b"\x1a\x45\xdf\xa3" + b"x" * 600, "archive.media", "video"),
    "avi": (b"RIFF\x00\x00\x00\x00AVI LIST", "archive.media", "video"),
    "mp3": (b"ID3\x04" + b"x" * 600, "archive.media", "recording"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 600, "archive.image", "picture"),
    "Flash": (b"CWS\x09" + b"x" * 600, "archive.flash", "Flash"),
    "Windows program": (b"MZ\x90\x00" + b"x" * 600, "archive.program", "program"),
    "plain words": (b"Dear all, please find attached", "archive.not_zip", "not a zip"),
}
CARTRIDGE = b"""<?xml version="1.0"?><manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion></metadata><organizations/><resources/></manifest>"""
QTI = b"""<?xml version="1.0"?><manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><organizations/>
<resources><resource identifier="r" type="imsqti_item_xmlv2p1" href="q.xml"><file href="q.xml"/></resource></resources></manifest>"""
# Zips that hold no course: (files, code, words).
ZIPS = {
    "H5P": ({"h5p.json": b"{}", "content/content.json": b"{}"}, "format.h5p", "H5P"),
    "AICC": ({"COURSE.CRS": b"[Course]", "COURSE.AU": b"x", "COURSE.DES": b"x"}, "format.aicc", "AICC"),
    "Common Cartridge": ({"imsmanifest.xml": CARTRIDGE}, "format.common_cartridge", "Common Cartridge"),
    "QTI": ({"imsmanifest.xml": QTI, "q.xml": b"<x/>"}, "format.qti", "QTI"),
    "PowerPoint": ({"[Content_Types].xml": b"x", "ppt/presentation.xml": b"x"}, "format.office", "PowerPoint"),
    "Word": ({"[Content_Types].xml": b"x", "word/document.xml": b"x"}, "format.office", "Word"),
    "ODP": ({"mimetype": b"application/vnd.oasis.opendocument.presentation", "content.xml": b"x"}, "format.office", "OpenDocument"),
    "EPUB": ({"mimetype": b"application/epub+zip", "META-INF/container.xml": b"x", "a.xhtml": b"x"}, "format.epub", "EPUB"),
    "MBZ": ({"moodle_backup.xml": b"x", "course/course.xml": b"x"}, "format.moodle", "Moodle"),
    "APK": ({"AndroidManifest.xml": b"x", "META-INF/MANIFEST.MF": b"x"}, "archive.program", "program"),
    "JAR": ({"META-INF/MANIFEST.MF": b"x", "x.class": b"x"}, "archive.program", "program"),
    "web export": ({"index.html": b"x", "a.js": b"x", "music.au": b"x"}, "course.plain_html", "web pages"),
    "zipped documents": ({"Fire safety.pptx": b"x", "film.mp4": b"x"}, "course.documents", "Fire safety.pptx, film.mp4"),
    "notes": ({"notes.txt": b"x"}, "course.none", "No course"),
    "an empty zip": ({}, "course.none", "No course"),
}


def refusal(data: bytes, name: str = "course.zip"):
    result = inspect(io.BytesIO(data), name=name, limits=Limits(), scratch=tempfile.TemporaryFile)
    assert not result.accepted
    (found,) = result.findings
    return found


def spoken(app, finding, language: str) -> str:
    with app.test_request_context(), force_locale(language):
        return finding.message


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_zip_is_called_what_it_is(sqlite_app, kind):
    data, code, words = FILES[kind]
    found = refusal(data)
    assert found.code == code
    assert words in spoken(sqlite_app, found, "en")
    assert not_a_zip({"findings": [found.to_json()]}) is (code != "format.moodle")


@pytest.mark.parametrize("kind", ZIPS)
def test_a_zip_that_holds_no_course_is_called_what_it_is(sqlite_app, make_zip, kind):
    files, code, words = ZIPS[kind]
    found = refusal(make_zip(files))
    assert found.code == code
    assert words in spoken(sqlite_app, found, "en")


def test_every_sentence_is_one_in_both_languages(sqlite_app):
    """Whole sentences, without names of the code; in French its own words."""
    with sqlite_app.test_request_context():
        for code, (_severity, sentence) in SENTENCES.items():
            texts = {}
            for language in ("en", "fr"):
                with force_locale(language):
                    texts[language] = str(sentence)
            for text in texts.values():
                assert text.endswith((".", "»", "”")), code
                assert code not in text
            assert texts["en"] != texts["fr"], code
