"""Every template of every package obeys what the content security policy and the sprite allow."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(p for p in ROOT.glob("*/**/templates/**/*.html") if p.relative_to(ROOT).parts[0] not in (".venv", "node_modules"))
SPRITE = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "core" / "static" / "icons.svg").read_text()))

FORBIDDEN = {
    "a style attribute": r"<[^>{]*\sstyle=",
    "an inline event handler": r"<[^>{]*\son[a-z]+=",
    "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)[^>]*>",
    "a style element": r"<style\b",
    "code in an htmx attribute": r"hx-on|js:|javascript:",
    "text marked safe without cleaning": r"\|\s*safe\b",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_that_the_policy_would_refuse(template):
    text = template.read_text()
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


def test_every_icon_that_is_named_is_drawn():
    named = {
        (name, str(template.relative_to(ROOT)))
        for template in TEMPLATES
        for name in re.findall(r'\b(?:icon|empty_state)\("([\w-]+)"', template.read_text())
    }
    assert {(name, where) for name, where in named if name not in SPRITE} == set()
