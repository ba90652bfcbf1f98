"""A host of a few lines: the real run-time API in a plain page, the built packages beside it, no Colloquium."""

import re
import threading
import zipfile
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tools.build_samples import build_all

ROOT = Path(__file__).resolve().parent.parent.parent
API_FILES = ROOT / "core" / "static" / "vendor" / "scorm-again"


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> dict[str, Path]:
    """Every sample package, built: name → zip."""
    return {path.stem: path for path in build_all(tmp_path_factory.mktemp("built"))}


class _Quiet(SimpleHTTPRequestHandler):
    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def log_message(self, *_arguments):
        """A test that passes says nothing."""


@pytest.fixture(scope="session")
def host_url(built, tmp_path_factory):
    """Address of the host: /host.html, /scorm-again/…, /<package>/…"""
    folder = tmp_path_factory.mktemp("host")
    (folder / "host.html").write_bytes((Path(__file__).parent / "host.html").read_bytes())
    (folder / "scorm-again").symlink_to(API_FILES)
    for name, path in built.items():
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder / name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@dataclass
class Sitting:
    """One launch of a SCO: its frame, and what the host was told."""

    page: object

    @property
    def frame(self):
        return self.page.frame_locator("#sco")

    @property
    def values(self) -> dict:
        """Element → the last value that the API accepted."""
        return self.page.evaluate("window.values")

    @property
    def calls(self) -> list:
        return self.page.evaluate("window.calls")

    @property
    def refused(self) -> list:
        """Calls that the API answered with an error: an honest course makes none."""
        return self.page.evaluate("window.refused")

    def close(self) -> None:
        """Take the frame away, as closing the tab does for the SCO."""
        self.page.evaluate("document.getElementById('sco').remove()")

    def next(self) -> None:
        self.frame.locator("[data-next]").click()

    def go_to(self, title: str) -> None:
        self.frame.locator(".menu summary").click()
        self.frame.locator(".menu li button").filter(has_text=re.compile(f"^{re.escape(title)}$")).click()

    def check(self) -> None:
        self.frame.locator("form.question:visible .button.primary").click()


@pytest.fixture
def play(host_url, new_context):
    """``play("welcome", version="1.2")`` launches a SCO; ``given`` holds what the host knows already."""

    def launch(package, page_name="index.html", *, version, given=None, width=1280, **options):
        page = new_context(viewport={"width": width, "height": 800}, **options).new_page()
        page.goto(f"{host_url}/host.html")
        page.evaluate("([path, version, given]) => window.launch(path, version, given)", [f"/{package}/{page_name}", version, given or {}])
        sitting = Sitting(page)
        sitting.frame.locator("body[data-ready]").wait_for()
        return sitting

    return launch
