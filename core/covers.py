"""A drawn cover for an item without a picture: ``cover_svg(uuid, title)`` is a pure function, the same answer for ever.

The uuid chooses one of seven families and one of twelve palettes; the letters of the title set heights, widths and rhythm, so
that two items of one family still look like themselves. No text is drawn: the title stands beside the cover.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import cos, pi, sin

WIDTH, HEIGHT = 800, 500

# ground, three tones from quiet to loud, and one light
PALETTES = (
    ("#12424d", "#1d5f6c", "#c9803a", "#e2b36b", "#f3e6cf"),
    ("#e9dcc3", "#c8b48f", "#a4522f", "#2f4a44", "#fbf5e8"),
    ("#3b2a3f", "#5d3f57", "#b4637a", "#e0a27e", "#f5e3d3"),
    ("#dfe5d8", "#a9b999", "#5c7a4f", "#c98b3c", "#f9f6ea"),
    ("#25334f", "#3c5077", "#7c97b8", "#dcae5b", "#eef0ea"),
    ("#f0ddc9", "#dba77c", "#b85c38", "#5c3a2e", "#fdf4e9"),
    ("#22382f", "#37594a", "#7d9d78", "#d9a24b", "#f0ead6"),
    ("#dbe3e6", "#9fb5bd", "#48717f", "#b3573f", "#f7f4ec"),
    ("#5a2a2e", "#7f4544", "#d08c60", "#e9c391", "#f8ead8"),
    ("#e6dfee", "#b9a8cc", "#6c5a8c", "#d08a5a", "#faf6f4"),
    ("#f3e3b3", "#e0bb5c", "#3f6a5e", "#a8512f", "#fdf8e8"),
    ("#2c3a3f", "#4d6266", "#9fb3a8", "#e08e6d", "#f1ece0"),
)


@dataclass(frozen=True)
class Seed:
    """Numbers that a cover may draw on: ``of(i, n)`` from the uuid, ``letter(i)`` from the title, 0 to 1."""

    digest: bytes
    letters: tuple[int, ...]

    def of(self, place: int, choices: int) -> int:
        return self.digest[place % len(self.digest)] % choices

    def letter(self, place: int) -> float:
        mixed = self.letters[place % len(self.letters)] * 7 + self.digest[place % len(self.digest)]
        return (mixed % 101) / 100


def cover_svg(uuid: str, title: str) -> str:
    """An SVG document, 8 to 5, safe to serve as ``image/svg+xml``: it holds shapes only, nothing of the title's text."""
    seed = Seed(sha256(uuid.encode()).digest(), tuple(ord(c) for c in title.casefold() if c.isalnum()) or (7,))
    palette = PALETTES[seed.of(0, len(PALETTES))]
    shapes = FAMILIES[seed.of(1, len(FAMILIES))](seed, palette)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette[0]}"/>{"".join(shapes)}</svg>'
    )


def shelf(seed: Seed, palette) -> list[str]:
    """Book spines on a shelf: one a letter, as high and as wide as the letter says."""
    shapes, x, place = [], 60.0, 0
    while x < WIDTH - 90:
        width = 26 + 34 * seed.letter(place)
        height = 210 + 170 * seed.letter(place + 3)
        top = 430 - height
        fill = palette[1 + seed.of(place + 2, 4)]
        band = palette[0] if fill != palette[0] else palette[4]
        if seed.of(place + 5, 6) == 0 and x > 120:
            shapes.append(f'<g transform="rotate(9 {x + width:.0f} 430)">{_spine(x + 14, top, width, height, fill, band)}</g>')
            x += width + 46
        else:
            shapes.append(_spine(x, top, width, height, fill, band))
            x += width + 5
        place += 1
    shapes.append(f'<rect y="430" width="{WIDTH}" height="12" fill="{palette[4]}" opacity=".85"/>')
    return shapes


def _spine(x, top, width, height, fill, band) -> str:
    return (
        f'<rect x="{x:.0f}" y="{top:.0f}" width="{width:.0f}" height="{height:.0f}" rx="3" fill="{fill}"/>'
        f'<rect x="{x:.0f}" y="{top + 30:.0f}" width="{width:.0f}" height="7" fill="{band}" opacity=".5"/>'
        f'<rect x="{x:.0f}" y="{top + height - 44:.0f}" width="{width:.0f}" height="7" fill="{band}" opacity=".5"/>'
    )


def arcade(seed: Seed, palette) -> list[str]:
    """Arches of a reading room, one behind the other."""
    count = 3 + seed.of(2, 3)
    step = WIDTH / count
    shapes = [f'<circle cx="{WIDTH * (0.2 + 0.6 * seed.letter(1)):.0f}" cy="120" r="{46 + 34 * seed.letter(2):.0f}" fill="{palette[3]}"/>']
    for row, (fill, scale) in enumerate(((palette[1], 0.86), (palette[2], 0.6), (palette[4], 0.32))):
        for i in range(count):
            rise = 250 + 110 * seed.letter(i)
            half = step * scale / 2
            centre = step * (i + 0.5)
            top = HEIGHT - rise * (1 - 0.16 * row) + half
            shapes.append(
                f'<path d="M{centre - half:.0f} {HEIGHT}V{top:.0f}a{half:.0f} {half:.0f} 0 0 1 {2 * half:.0f} 0V{HEIGHT}z" fill="{fill}"/>'
            )
    return shapes


def rings(seed: Seed, palette) -> list[str]:
    """What cups leave on a table: wide and thin rings that overlap."""
    shapes = []
    for i in range(3 + seed.of(3, 3)):
        x, y = 90 + 620 * seed.letter(2 * i), 60 + 380 * seed.letter(2 * i + 1)
        radius = 80 + 130 * seed.letter(i + 4)
        tone = palette[1 + seed.of(i + 4, 4)]
        circle = f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"'
        width = 10 + 16 * seed.letter(i)
        shapes.append(f'{circle} fill="{tone}" fill-opacity=".35"/>{circle} fill="none" stroke="{tone}" stroke-width="{width:.0f}"/>')
    return shapes


def tiles(seed: Seed, palette) -> list[str]:
    """A grid of quarter discs, half discs, leaves or triangles, turned by the letters."""
    side = (100, 125, 160)[seed.of(3, 3)]
    h = side / 2
    form = (
        f"M0 0h{side}a{side} {side} 0 0 1-{side} {side}z",
        f"M0 {h}a{h} {h} 0 0 1 {side} 0z",
        f"M0 0h{h}a{h} {h} 0 0 1 {h} {h}v{h}h-{h}a{h} {h} 0 0 1-{h}-{h}z",
        f"M0 0h{side}v{side}z",
    )[seed.of(5, 4)]
    columns, rows, shapes = -(-WIDTH // side), -(-HEIGHT // side), []
    for place in range(columns * rows):
        row, column = divmod(place, columns)
        turn = 90 * int(seed.letter(place) * 3.99)
        shapes.append(
            f'<path d="{form}" fill="{palette[1 + seed.of(place, 4)]}" '
            f'transform="translate({column * side} {row * side}) rotate({turn} {h} {h})"/>'
        )
    return shapes


def hills(seed: Seed, palette) -> list[str]:
    """A horizon with a sun: four lines of hills."""
    shapes = [f'<circle cx="{140 + 520 * seed.letter(0):.0f}" cy="{110 + 70 * seed.letter(1):.0f}" r="66" fill="{palette[3]}"/>']
    for row, fill in enumerate((palette[4], palette[1], palette[2], palette[1])):
        base = 210 + row * 72
        points = [(i * 200, base - 70 * seed.letter(row * 5 + i)) for i in range(5)]
        path = f"M0 {points[0][1]:.0f}" + "".join(
            f"C{x0 + 100} {y0:.0f} {x1 - 100} {y1:.0f} {x1} {y1:.0f}" for (x0, y0), (x1, y1) in pairwise(points)
        )
        opacity = (0.28, 0.75, 0.9, 1)[row]
        shapes.append(f'<path d="{path}V{HEIGHT}H0z" fill="{fill}" fill-opacity="{opacity}"/>')
    return shapes


def leaves(seed: Seed, palette) -> list[str]:
    """Twigs with leaves in pairs."""
    shapes = []
    for twig in range(3):
        x = 160 + 240 * twig + 60 * (seed.letter(twig) - 0.5)
        lean = -14 + 28 * seed.letter(twig + 3)
        tone = palette[(2, 1, 3)[(twig + seed.of(4, 3)) % 3]]
        parts = [f'<path d="M0 0V-430" stroke="{palette[4]}" stroke-width="5" fill="none"/>']
        for pair in range(6):
            size = 62 + 44 * seed.letter(twig * 6 + pair)
            upper = f"C{size * 0.3:.0f} -{size * 0.5:.0f} {size * 0.9:.0f} -{size * 0.5:.0f} {size * 1.25:.0f} -{size * 0.35:.0f}"
            lower = f"C{size:.0f} {size * 0.2:.0f} {size * 0.4:.0f} {size * 0.25:.0f} 0 0z"
            leaf = "M0 0" + upper + lower
            for flip in (1, -1):
                fill = tone if pair % 3 else palette[3]
                parts.append(f'<path d="{leaf}" fill="{fill}" transform="translate(0 {-60 - pair * 64}) scale({flip} 1)"/>')
        shapes.append(f'<g transform="translate({x:.0f} 520) rotate({lean:.0f})">{"".join(parts)}</g>')
    return shapes


def fan(seed: Seed, palette) -> list[str]:
    """Pages of an open book seen from its edge: rays from one point."""
    count = 9 + seed.of(2, 6)
    origin = (WIDTH * (0.3 + 0.4 * seed.letter(0)), HEIGHT * 0.94)
    shapes, angle = [], pi
    for i in range(count):
        width = pi / count
        reach = 250 + 210 * seed.letter(i)
        corners = [
            (origin[0] + reach * cos(angle + part * width), origin[1] + reach * sin(angle + part * width)) for part in (0.06, 0.5, 0.94)
        ]
        (x0, y0), (x1, y1), (x2, y2) = corners
        shapes.append(
            f'<path d="M{origin[0]:.0f} {origin[1]:.0f}L{x0:.0f} {y0:.0f}Q{x1:.0f} {y1:.0f} {x2:.0f} {y2:.0f}z" '
            f'fill="{palette[1 + seed.of(i + 3, 4)]}"/>'
        )
        angle += width
    shapes.append(f'<circle cx="{origin[0]:.0f}" cy="{origin[1]:.0f}" r="52" fill="{palette[4]}"/>')
    shapes.append(f'<rect y="{origin[1]:.0f}" width="{WIDTH}" height="40" fill="{palette[1]}"/>')
    return shapes


FAMILIES: tuple[Callable[[Seed, tuple], list[str]], ...] = (shelf, arcade, rings, tiles, hills, leaves, fan)
