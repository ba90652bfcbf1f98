"""The tokens keep their promises: readable in light and in dark, five sizes, two weights, no colour from elsewhere."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "core" / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()
TEXT, CONTROL = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11


def tokens(theme: str) -> dict[str, str]:
    """Name → #rrggbb of one theme."""
    found = dict(re.findall(r"--([\w-]+): (#\w{6});", TOKENS))
    for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS):
        found[name] = light if theme == "light" else dark
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


READ = [
    *[(ink, ground) for ink in ("ink", "ink-soft", "accent", "warning", "success") for ground in ("paper", "sheet", "well")],
    ("on-accent", "accent"), ("on-accent", "accent-deep"), ("ink", "accent-soft"), ("accent", "accent-soft"), ("ink-soft", "accent-soft"),
    ("ink", "mark"), ("ink-soft", "mark"),
    ("warning", "warning-soft"), ("ink", "warning-soft"), ("success", "success-soft"), ("ink", "success-soft"), ("on-warning", "warning"),
    ("on-note", "note"), ("on-note-warning", "note-warning"), ("on-stage", "stage"), *[("on-face", f"face-{n}") for n in range(8)],
]  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
class TestContrast:
    @pytest.mark.parametrize(("ink", "ground"), READ)
    def test_text_can_be_read(self, theme, ink, ground):
        colours = tokens(theme)
        assert contrast(colours[ink], colours[ground]) >= TEXT

    @pytest.mark.parametrize("ground", ["paper", "sheet"])
    def test_the_edge_of_a_control_can_be_seen(self, theme, ground):
        colours = tokens(theme)
        assert contrast(colours["edge"], colours[ground]) >= CONTROL


def test_there_are_five_sizes_and_two_weights():
    assert re.findall(r"--(text-\d)", TOKENS) == [f"text-{n}" for n in range(1, 6)]
    assert re.findall(r"--(plain|strong): (\d+)", TOKENS) == [("plain", "400"), ("strong", "600")]


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda p: p.stem)
def test_only_the_tokens_name_a_colour_and_only_names_are_used(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    if sheet.name != "tokens.css":
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,) ])", text) == []
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | set(re.findall(r"--([\w-]+):", text))
    assert {name for name in re.findall(r"var\(--([\w-]+)", text) if not name.startswith("bs-")} <= known
