"""The questions of our courses and answers to them, as the run-time of the courses would write them."""

from dataclasses import dataclass

from lxml import html


@dataclass(frozen=True)
class Question:
    """``slide`` is the number of its slide; ``options`` are the values that can be chosen."""

    id: str
    type: str
    key: str
    text: str
    slide: int
    options: tuple[str, ...]

    @property
    def right(self):
        """The right response, as the run-time keeps it in its state."""
        return _READ[self.type](self.key)

    @property
    def wrong(self):
        """A response that is wrong, of the kind that people give."""
        return _MISTAKEN[self.type](self.right, self.options)

    @property
    def pattern(self):
        if self.type == "numeric":
            return self.key.split(":")
        return self.right


def read(fragments: str) -> tuple[int, list[Question]]:
    """How many slides there are in the HTML of a SCO, and its questions."""
    slides = html.fragment_fromstring(fragments, create_parent="div").xpath("./section")
    return len(slides), [question for number, slide in enumerate(slides, 1) for question in _questions(slide, number)]


def _questions(slide, number: int):
    for form in slide.xpath(".//form[@data-id]"):
        options = tuple(form.xpath(".//input/@value"))
        text = " ".join(form.xpath(".//legend")[0].text_content().split())
        yield Question(form.get("data-id"), form.get("data-type"), form.get("data-answer"), text, number, options)


_READ = {
    "choice": str.split,
    "true-false": lambda key: key == "t",
    "fill-in": lambda key: key.split("|")[0],
    "numeric": lambda key: int(key.split(":")[0]),
    "matching": lambda key: [pair.split(".") for pair in key.split()],
    "sequencing": str.split,
}
_MISTAKEN = {
    "choice": lambda right, options: [next(value for value in options if value not in right)],
    "true-false": lambda right, _options: not right,
    "fill-in": lambda _right, _options: "rereading",
    "numeric": lambda right, _options: right + 12,
    "matching": lambda right, _options: [[a, right[i - 1][1]] for i, (a, _b) in enumerate(right)],
    "sequencing": lambda right, _options: [right[1], right[0], *right[2:]],
}


def spelled(question: Question, value, *, newer: bool) -> str:
    """A response in the spelling of SCORM 2004 (``newer``) or 1.2."""
    between, within = ("[,]", "[.]") if newer else (",", ".")
    if question.type == "true-false":
        return ("true" if value else "false") if newer else ("t" if value else "f")
    if question.type == "matching":
        return between.join(within.join(pair) for pair in value)
    return between.join(value) if isinstance(value, list) else str(value)


def spelled_pattern(question: Question, *, newer: bool) -> str:
    """The correct response pattern, likewise."""
    if question.type == "numeric":
        return "[:]".join(question.pattern) if newer else question.pattern[0]
    if question.type == "fill-in" and newer:
        return "{case_matters=false}" + question.pattern
    return spelled(question, question.pattern, newer=newer)
