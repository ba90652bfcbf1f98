"""Plays ADL's scripts against the real player: stub SCOs where the packages have none, real calls of the API, the real buttons."""

import io
import posixpath
import re
import zipfile

from lxml import etree
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from support.adl_script import EMPTY, SHORT, Call, Script, Visit
from support.courses import launch, player_frame

PATIENCE = 10.0
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
# What a stub does when it is unloaded; every other one terminates when its calls are done, as ADL's own do.
ON_UNLOAD = {
    "suspendAllOnUnload": 'api.SetValue("adl.nav.request", "suspendAll"); api.Terminate("")',
    "tarAct4OnUnload": 'api.SetValue("adl.nav.request", "{target=activity_4}choice"); api.Terminate("")',
    "SequencingTestSingleDoTerminate": 'api.Terminate("")',
}
STUB = """<!doctype html><html lang="en"><title>Stub</title><p>Stub</p><script>
let at = window, api = null;
while (!(api = at.API_1484_11) && at.parent && at.parent !== at) at = at.parent;
window.stub = { api, used: false };
%s
</script></html>"""
UNLOAD = 'window.addEventListener("unload", () => { %s; });'


def complete(package: bytes) -> io.BytesIO:
    """The package with a stub at every launch address, and an empty file at every other that its manifest names and its zip lacks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        named = set(_named(source.read("imsmanifest.xml")))
        pages = {path for path in named if path.lower().endswith((".htm", ".html"))}
        for path in sorted(pages):
            target.writestr(path, _stub(path))
        for path in sorted(set(source.namelist()) - pages):
            target.writestr(path, source.read(path))
        for path in sorted(named - pages - set(source.namelist())):
            target.writestr(path, b"")
    out.seek(0)
    return out


def _named(manifest: bytes):
    for resource in etree.fromstring(manifest).iter("{*}resource"):
        parents = [resource.getparent().getparent(), resource.getparent(), resource]
        base = "".join(e.get(_BASE) or "" for e in parents)
        for href in [resource.get("href"), *(f.get("href") for f in resource.iter("{*}file"))]:
            if href and "://" not in href:
                yield posixpath.normpath(base + href.partition("?")[0])


def _stub(path: str) -> str:
    act = ON_UNLOAD.get(posixpath.splitext(posixpath.basename(path))[0])
    return STUB % (UNLOAD % act if act else "")


class Failed(AssertionError):
    """Something came out otherwise than the script says."""


class Player:
    """One learner who plays the packages of one script. ``asserted`` counts what was compared."""

    def __init__(self, page, items: dict[str, str], first: str, *, patience: float = PATIENCE):
        self.patience = patience
        self.page, self.items, self.package, self.start = page, items, first, "."
        self.asserted = 0

    def play(self, script: Script) -> None:
        """Everything the script says, from the first launch."""
        self.start = script.start
        self.open(script.start)
        for position, visit in enumerate(script.visits):
            frame = self.arrive(visit)
            for question, answer in visit.questions:
                self.expect(f"{visit.activity}V{visit.number} {question}", self.offers(question), answer == "Y")
            for call in visit.calls:
                self.call(frame, visit, call)
            self.finish(frame)
            more = script.visits[position + 1] if position + 1 < len(script.visits) else None
            if visit.then:
                self.act(visit.then, more)
        if script.ends:
            self.settled()
            self.expect("the sequencing session has ended", self.over(), True)

    # -- the learner ----------------------------------------------------------------------------------------------------------------

    def open(self, start: str = ".") -> None:
        launch(self.page, self.items[self.package])
        self.page.wait_for_function("() => window.frames.length > 0")
        self.settled()
        if start not in (".", "", self.package) and not self.choose(start):
            raise Failed(f"{start} cannot be chosen to begin with")

    @property
    def player(self):
        return player_frame(self.page)

    def over(self) -> bool:
        """The course page again, or the end of the course on the player's stage."""
        return "/launches/" not in self.page.url or self.player.locator(".player-note").count() > 0

    def choose(self, title: str) -> bool:
        line = self.line(title)
        if line is None or not line.is_enabled():
            return False
        self.contents(shown=True)
        line.click()
        return True

    def line(self, title: str):
        root = re.search(r'root of "(.+)"', title)
        wanted = root.group(1) if root else title
        for line in self.player.locator("#toc [data-activity]").all():
            if line.locator(".toc-title").text_content().strip() == wanted:
                return line
        return None

    def contents(self, *, shown: bool) -> None:
        drawer = self.player.locator("#toc")
        if drawer.is_visible() != shown:
            self.player.locator("#toc-button").click()

    def act(self, then: str, more: Visit | None) -> None:
        """What the instruction at the end of an activity tells the learner to do."""
        word, _, target = then.partition("~")
        if word in ("Continue", "Previous"):
            self.press("#next" if word == "Continue" else "#previous")
        elif word == "ContinueExitCM8":
            self.press("#next")
            self.again(more)
        elif word in ("Choice", "ChoiceExit"):
            self.expect(f"{target} can be chosen", self.choose(target), True)
            if word == "ChoiceExit":
                self.again(more)
        elif word in ("APIt1", "APIt2"):
            self.expect(then, self.choose(f"API Implementation Test {word[-1]}"), True)
        elif word == "RootSX4b":
            self.expect("the root can be chosen", self.choose('the root of "LMS Test Content Package SX-04b"'), True)
        elif word in ("Exit", "TRIGExitAll", "exitlaunch", "RelaunchCM11") or word.startswith("ExitCM09"):
            self.leave(ending=True)
            self.again(more, target)
        elif word == "SuspendCM09ca":
            self.again(more)
        elif word in ("HasEnded", "AutoTest", "DMBx", "DMBxAct", "autoendrelaunch") or word.lower().startswith("relaunch"):
            self.again(more, target or (word[8:] if word.startswith("ReLaunch") else ""))
        else:
            raise Failed(f"unknown instruction {then}")

    def press(self, button: str) -> None:
        self.settled()
        locator = self.player.locator(button)
        self.expect(f"{button} can be pressed", locator.is_visible() and locator.is_enabled(), True)
        locator.click()

    def leave(self, *, ending: bool = False) -> None:
        """Out of the course: to go on later, or (``ending``) for good."""
        self.settled()
        if "/launches/" not in self.page.url:
            return
        try:
            if ending and self.player.locator("#toc [data-end]").count():
                self.contents(shown=True)
                self.player.locator("#toc [data-end]").click(timeout=3_000)
            else:
                self.page.get_by_role("link", name="Exit", exact=True).first.click(timeout=3_000)
        except (PlaywrightError, StopIteration):
            pass  # the course has left by itself meanwhile; if not, the page below never comes
        for _ in range(int(self.patience / 0.05)):
            if "/items/" in self.page.url:
                return
            self.page.wait_for_timeout(50)
        raise Failed(f"the course does not let go; {self.where()}")

    def again(self, more: Visit | None, package: str = "") -> None:
        """The attempt should have ended; where the script goes on, the package is launched anew."""
        if more is None:
            return
        self.settled()
        self.leave()
        self.package = package if package in self.items else self.package
        self.open()
        plays = any("/c/" in frame.url for frame in self.page.frames)
        if not plays and self.start not in (".", "", self.package) and self.line(self.start):
            self.choose(self.start)

    # -- the activity ---------------------------------------------------------------------------------------------------------------

    def arrive(self, visit: Visit):
        """The frame of the activity that must be there now, loaded anew."""
        wanted = visit.activity.removeprefix("Act")
        deadline = self.patience
        seen = "nothing"
        while deadline > 0:
            for frame in self.page.frames:
                act = re.search(r"[?&]act=(\w+)", frame.url)
                if not act or "/c/" not in frame.url:
                    continue
                try:
                    fresh = frame.evaluate("() => document.readyState === 'complete' && window.stub && !window.stub.used")
                except Exception:  # the frame went away while we looked
                    continue
                seen = f"activity {act.group(1)}{'' if fresh else ' still'}"
                if fresh and act.group(1) == wanted:
                    self.asserted += 1
                    frame.evaluate("() => { window.stub.used = true }")
                    return frame
                if fresh and deadline < self.patience - 2:
                    raise Failed(f"activity {wanted} (visit {visit.number}) should be there, but it is {seen}")
            self.page.wait_for_timeout(50)
            deadline -= 0.06
        raise Failed(f"activity {wanted} (visit {visit.number}) should be there, but it is {seen}; {self.where()}")

    def where(self) -> str:
        try:
            return f"at {self.page.url}, stage: {self.player.locator('#stage').inner_text(timeout=500)[:120]!r}"
        except (PlaywrightTimeout, StopIteration):
            return f"at {self.page.url}"

    def finish(self, frame) -> None:
        """ADL's SCOs terminate when their calls are done."""
        try:
            if not any(name in frame.url for name in ON_UNLOAD):
                frame.evaluate("() => { window.stub.api?.Terminate('') }")
        except Exception as error:  # the SCO asked to leave and its frame is gone
            if "detached" not in str(error) and "destroyed" not in str(error):
                raise

    def settled(self) -> None:
        """Until the player has done what was asked of it."""
        self.page.wait_for_timeout(120)
        for _ in range(int(self.patience / 0.05)):
            if "/launches/" not in self.page.url:
                return
            try:
                if self.player.evaluate("() => document.getElementById('player')?.dataset.busy !== 'yes'"):
                    return
            except (StopIteration, Exception):  # the player is being loaded
                pass
            self.page.wait_for_timeout(50)

    def call(self, frame, visit: Visit, call: Call) -> None:
        name = f"{visit.activity}V{visit.number} {call.name}{call.arguments}"
        if call.name == "objectives":
            self.expect(name, sorted(self.identifiers(frame, "cmi.objectives")), sorted(call.arguments))
            return
        arguments = [self.with_index(frame, argument, name) if place == 0 else argument for place, argument in enumerate(call.arguments)]
        answer, error = frame.evaluate(
            "([name, args]) => { const given = stub.api[name](...args); return [String(given), String(stub.api.GetLastError())] }",
            [call.name, arguments],
        )
        self.expect(f"{name} error", error, call.error)
        if call.answer == SHORT:
            self.expect(f"{name} is short", len(answer) <= 255, True)
        elif call.name == "GetValue" and "&" in call.arguments[0] and call.arguments[0].endswith(".id"):
            self.expect(name, answer, call.arguments[0].split("&")[1])
        else:
            self.expect(name, plain(answer), plain("" if call.answer == EMPTY else call.answer))

    def with_index(self, frame, argument: str, name: str) -> str:
        """``cmi.objectives.&obj1&.id`` with the index at which that identifier is found."""
        if argument.count("&") < 2:
            return argument
        before, wanted, after = argument.split("&", 2)
        known = self.identifiers(frame, before.rstrip("."))
        if wanted not in known:
            raise Failed(f"{name}: {wanted} is not among {known}")
        return f"{before}{known.index(wanted)}{after}"

    def identifiers(self, frame, collection: str) -> list[str]:
        return frame.evaluate(
            "(all) => Array.from({ length: Number(stub.api.GetValue(all + '._count')) }, (_, n) => stub.api.GetValue(`${all}.${n}.id`))",
            collection,
        )

    # -- what the learner sees --------------------------------------------------------------------------------------------------------

    def offers(self, question: str) -> bool:
        """The answer to one of the questions about buttons and contents."""
        kind, _, about = question.partition("@")
        if kind == "click.button":
            return True
        if kind in ("continue.enabled", "previous.enabled", "continue.disabled", "previous.disabled"):
            button, _, state = kind.partition(".")
            locator = self.player.locator("#next" if button == "continue" else "#previous")
            return locator.is_visible() and locator.is_enabled() == (state == "enabled")
        if kind == "toc.enabled":
            return any(line.is_enabled() for line in self.player.locator("#toc button[data-activity]:not([aria-current])").all())
        line = self.line(about)
        if kind == "toc.visible":
            return line is not None and not line.evaluate("(e) => e.parentElement.hidden")
        if kind == "toc.enabled.selectable":
            return line is not None and line.evaluate("(e) => e.tagName === 'BUTTON' && !e.disabled")
        raise Failed(f"unknown question {question}")

    def expect(self, what: str, found, wanted) -> None:
        self.asserted += 1
        if found != wanted:
            raise Failed(f"{what}: {found!r}, but it should be {wanted!r}")


_DURATION = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def plain(value: str):
    """A value to compare: numbers and durations by what they mean."""
    if found := _DURATION.fullmatch(value):
        weights = (365 * 86_400, 30 * 86_400, 86_400, 3_600, 60, 1)
        return ("duration", round(sum(float(part or 0) * weight for part, weight in zip(found.groups(), weights, strict=True)), 2))
    try:
        return float(value)
    except ValueError:
        return value
