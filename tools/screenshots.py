"""Pictures of every page of a running server, to be looked at: ``./run screenshots --url http://localhost:8000``.

Signs in as people of ``./run demo`` with ``--password`` (or as ``--person role=email:password``), finds an item, a thread and a person by
following links, and saves ``<out>/<width>-<theme>-<language>/<role>-<page>.png``. Without ``--url`` it starts a server of its own on a
temporary installation with the demonstration in it, and draws only ``docs/screenshot.png``, the picture of the README.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
PASSWORD = "correct horse battery staple"  # of invented people on a server that lasts a minute
sys.path.insert(0, str(ROOT))
COMMON = {
    "home": "/",
    "catalogue": "/catalogue",
    "search": "/catalogue?q=safety",
    "nothing-found": "/catalogue?q=zzzz",
    "me": "/me",
    "missing": "/nowhere",
}
BY_ROLE = {
    "anonymous": {"login": "/login", "forgot": "/forgot", "missing": "/nowhere"},
    "learner": COMMON,
    "trainer": COMMON | {"results": "/results"},
    "author": COMMON | {"upload": "/upload", "video": "/videos/new"},
    "admin": COMMON
    | {
        "upload": "/upload",
        "results": "/results",
        "people": "/admin/people",
        "invite": "/admin/people/invite",
        "import": "/admin/people/import",
        "groups": "/admin/groups",
        "keys": "/admin/keys",
    },
}
# page name → (page on which a link to it stands, what the link looks like)
FOUND = {
    "thread": ("/", r"^/(threads|comments)/[0-9a-f-]{36}"),
    "item": ("thread", r"^/items/[0-9a-f-]{36}$"),
    "threads": ("thread", r"^/items/[0-9a-f-]{36}/threads"),
    "edit": ("item", r"^/items/[0-9a-f-]{36}/edit$"),
    "popularity": ("item", r"^/items/[0-9a-f-]{36}/popularity"),
    "comment-edit": ("thread", r"^/comments/[0-9a-f-]{36}/edit"),
    "comment-history": ("thread", r"^/comments/[0-9a-f-]{36}/history"),
    "profile": ("thread", r"^/people/[0-9a-f-]{36}"),
    "group": ("/admin/groups", r"^/admin/groups/[0-9a-f-]{36}$"),
    "person": ("/admin/people", r"^/admin/people/[0-9a-f-]{36}$"),
}


def sign_in(page: Page, email: str, password: str) -> None:
    """Through the form, as people do."""
    page.goto("/login")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)


def read_in(page: Page, language: str) -> None:
    """By the switch at the foot of a page; what a person chose before wins over the browser."""
    if page.locator("html").get_attribute("lang") != language:
        page.locator(f'button[name=language][value="{language}"]').click()
        page.locator(f'html[lang="{language}"]').wait_for()


def pages_of(page: Page, role: str) -> dict[str, str]:
    """Name → path of everything this person can look at."""
    found = dict(BY_ROLE[role])
    if role == "anonymous":
        return found
    for name, (start, pattern) in FOUND.items():
        start = start if start.startswith("/") else found.get(start)
        if start is None or (start.startswith("/admin") and role != "admin"):
            continue
        page.goto(start)
        links = page.eval_on_selector_all(".page a[href]", "links => links.map(link => link.getAttribute('href').split('#')[0])")
        if match := next((link for link in links if re.search(pattern, link)), None):
            found[name] = match
    return found


def draw(browser: Browser, args, width: int, theme: str, language: str) -> None:
    folder = Path(args.out) / f"{width}-{theme}-{language}"
    folder.mkdir(parents=True, exist_ok=True)
    for role, person in args.people.items():
        context = browser.new_context(viewport={"width": width, "height": 900}, base_url=args.url, locale=language, reduced_motion="reduce")
        context.add_cookies([{"name": "theme", "value": theme, "url": args.url}])
        page = context.new_page()
        if person:
            sign_in(page, *person)
        else:
            page.goto("/login")
        read_in(page, language)
        for name, path in pages_of(page, role).items():
            if args.only and not re.search(args.only, f"{role}-{name}"):
                continue
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / f"{role}-{name}.png", full_page=not args.fold)
            wide = page.evaluate("document.documentElement.scrollWidth")
            print(f"{folder.name}/{role}-{name}: {path}" + (f"  scrolls sideways: {wide}" if wide > width else ""))
        context.close()


@contextmanager
def demonstration(port: int = 8765) -> Iterator[str]:
    """A server of our own, with the demonstration in it, for as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="colloquium-screenshots-"))
    environment = os.environ | {"COLLOQUIUM_DATA_DIR": str(folder), "COLLOQUIUM_PORT": str(port), "COLLOQUIUM_BACKGROUND": "0"}
    load = [sys.executable, "cli.py", "demo", "load", "--password-stdin"]
    subprocess.run(load, cwd=ROOT, env=environment, check=True, input=PASSWORD, text=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([sys.executable, "server.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://localhost:{port}"
        _wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    for _try in range(120):
        try:
            urlopen(f"{url}/readyz", timeout=2)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("the server did not start")


def readme_picture(browser: Browser, url: str, person: tuple[str, str]) -> None:
    """``docs/screenshot.png``: the catalogue as a learner sees it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 860}, base_url=url, locale="en", reduced_motion="reduce", color_scheme="light"
    )
    page = context.new_page()
    sign_in(page, *person)
    page.goto("/catalogue")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=ROOT / "docs" / "screenshot.png")
    context.close()
    print("docs/screenshot.png")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="a running server; without it, one is started and only the README's picture drawn")
    parser.add_argument("--out", default="test-results/screenshots")
    parser.add_argument("--widths", default="360,768,1280")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--languages", default="en,fr")
    parser.add_argument("--only", help="a regular expression on role-page, as in 'learner-(home|item)'")
    parser.add_argument("--fold", action="store_true", help="only what a window shows without scrolling")
    parser.add_argument("--password", default=PASSWORD, help="of the people of the demonstration")
    parser.add_argument("--person", action="append", default=[], metavar="ROLE=EMAIL:PASSWORD")
    args = parser.parse_args()
    given = {role: tuple(who.split(":", 1)) for role, who in (entry.split("=", 1) for entry in args.person)}
    args.people = {"anonymous": None} | (given or demo_people(args.password))
    return args


def demo_people(password: str) -> dict[str, tuple[str, str]]:
    """Role → (email, password) of the first of each role in the demonstration."""
    from demo.script import script

    first: dict[str, tuple[str, str]] = {}
    for person in script().people.values():
        first.setdefault(person.role, (person.email, password))
    return first


def main() -> int:
    args = arguments()
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        if not args.url:
            with demonstration() as url:
                readme_picture(browser, url, args.people["learner"])
            return 0
        for width in args.widths.split(","):
            for theme in args.themes.split(","):
                for language in args.languages.split(","):
                    draw(browser, args, int(width), theme, language)
    return 0


if __name__ == "__main__":
    sys.exit(main())
