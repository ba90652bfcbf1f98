"""Goal 9: what it costs to serve a package's file out of the zip, against reading the same file unpacked."""

import io
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, request

from bench import Line, goal, in_turns, ratio
from bench.lrs_places import place
from scorm.packages import files, queries
from scorm.packages.importing import import_package
from scorm.packages.mime import type_of

REQUESTS = 2_000
MANIFEST = """<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><metadata><schemaversion>1.2</schemaversion></metadata>
<organizations><organization identifier="o"><title>Bench</title><item identifier="i" identifierref="r"><title>Page</title></item>
</organization></organizations><resources><resource identifier="r" adlcp:scormtype="sco" href="page.html"/></resources></manifest>"""


def contents() -> dict[str, bytes]:
    """A page and a picture of the size that courses have: 12 KB and 40 KB."""
    words = random.Random(9)
    page = " ".join("".join(words.choices("aeiorstln", k=words.randint(2, 9))) for _ in range(2_000)).encode()
    return {"imsmanifest.xml": MANIFEST.encode(), "page.html": page, "picture.jpg": words.randbytes(40_000)}


def zipped(parts: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out


def imported(app: Flask, parts: dict[str, bytes]) -> str:
    """The uuid of a version that holds these files, its index warm."""
    with app.app_context():
        done = import_package(zipped(parts), name="bench.zip", owner_id=None)
        uuid = queries.current_version(queries.by_uuid(done.package_uuid).item_id).uuid
        for path in parts:
            files.locate(uuid, path)
        return uuid


def site(product: Flask, uuid: str, folder: Path) -> Flask:
    """A bare application with both ways, so that only the ways differ."""
    bare = Flask("bench")
    bare.extensions = product.extensions
    bare.add_url_rule("/zip/<path:path>", "zip", lambda path: files.serve(uuid, path, request))
    bare.add_url_rule("/unpacked/<path:path>", "unpacked", lambda path: Response((folder / path).read_bytes(), content_type=type_of(path)))
    return bare


def cpu(app: Flask, path: str, encoding: str = "") -> Callable[[], float]:
    """A measurement: CPU seconds of one request, the mean of many."""
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "localhost", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(), "HTTP_ACCEPT_ENCODING": encoding,
    }  # fmt: skip

    def measure() -> float:
        start = time.process_time()
        for _ in range(REQUESTS):
            answer = app.wsgi_app(dict(environ), lambda status, headers: None)
            for _chunk in answer:
                pass
            answer.close()
        return (time.process_time() - start) / REQUESTS * 1e6

    return measure


@goal(9, "a package file out of the zip (CPU, µs)", "at most 1.1 times reading an unpacked file")
def out_of_the_zip() -> list[Line]:
    parts = contents()
    with place("sqlite") as (product, _folder, _url), tempfile.TemporaryDirectory() as unpacked:
        for name, data in parts.items():
            (Path(unpacked) / name).write_bytes(data)
        bare = site(product, imported(product, parts), Path(unpacked))
        lines = []
        for name, encoding, words in (
            ("page.html", "gzip", "page as gzip"),
            ("page.html", "", "page inflated"),
            ("picture.jpg", "gzip", "picture"),
        ):
            zip_name, plain_name = f"{words} out of the zip", f"{words} unpacked"
            figures = in_turns({zip_name: cpu(bare, f"/zip/{name}", encoding), plain_name: cpu(bare, f"/unpacked/{name}", encoding)})
            lines.append(ratio(figures, zip_name, plain_name, at_most=1.1))
        return lines
