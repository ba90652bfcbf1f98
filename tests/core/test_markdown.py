"""People's text is rendered safely, completely and in time that grows with its length only."""

import sys
from urllib.parse import urlsplit

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from support.attacks import ATTACKS

from core import markdown
from core.markdown import LONGEST_LINKED_WORD, MAX_CHARS, excerpt, render

PLAIN = "p br hr h4 h5 h6 strong em s code pre blockquote ul li table thead tbody tr th td".split()  # noqa: SIM905
ALLOWED = {
    "div": set(),
    "a": {"href", "title", "rel"},
    "ol": {"start"},
    **{name: set() for name in PLAIN},
    "table": {"tabindex"},
}


def dangers(rendered: str) -> list[str]:
    """Everything in the HTML that is not on this test's own list."""
    found = []
    for element in html.fragment_fromstring(rendered, create_parent="div").iter():
        if not isinstance(element.tag, str) or element.tag not in ALLOWED:
            found.append(f"element {element.tag}")
            continue
        found += [f"{element.tag}[{name}]" for name in element.attrib if name not in ALLOWED[element.tag]]
        if urlsplit(element.get("href", "").strip()).scheme not in ("", "http", "https", "mailto"):
            found.append(f"address {element.get('href')}")
    return found


class TestSafety:
    @pytest.mark.parametrize("text", ATTACKS)
    def test_no_attack_survives(self, text):
        assert dangers(render(text)) == []
        assert "{{7*7}}" in render("{{7*7}}")

    @pytest.mark.parametrize("text", ATTACKS)
    def test_the_parser_alone_writes_no_html_of_people(self, text):
        """The first wall holds without the second; alignment, code languages and odd schemes are left to the second."""
        allowed_here = {"th[style]", "td[style]", "code[class]", "address blob:https://a/b"}
        assert [d for d in dangers(markdown._parser_for(text).render(text)) if d not in allowed_here] == []

    @pytest.mark.parametrize("text", [a for a in ATTACKS if a.startswith("<")])
    def test_the_sanitiser_alone_stops_raw_html(self, text, monkeypatch):
        """The second wall holds when the first is down."""
        monkeypatch.setattr(markdown, "_parser_for", lambda _text: type("Open", (), {"render": staticmethod(lambda t: t)}))
        assert dangers(render(text)) == []

    @given(st.lists(st.sampled_from([*ATTACKS, "*", "[", "](", ")", "`", "\n", "|", "> ", "- ", "<", '"']), max_size=8))
    @settings(max_examples=150, deadline=None)
    def test_no_mixture_of_attacks_survives(self, pieces):
        assert dangers(render("".join(pieces))) == []

    def test_links_give_no_credit_and_no_handle(self):
        assert 'rel="nofollow ugc noopener"' in render("[a](https://a.example)")
        assert 'rel="nofollow ugc noopener"' in render("see https://a.example/b_c")

    def test_a_picture_becomes_a_link_so_that_nothing_is_fetched(self):
        assert render("![cat](https://a.example/cat.png)") == (
            '<p>!<a href="https://a.example/cat.png" rel="nofollow ugc noopener">cat</a></p>\n'
        )


class TestMarkup:
    def test_commonmark_tables_and_line_breaks(self):
        assert "<strong>b</strong>" in render("**b**")
        assert "<td>1</td>" in render("|a|\n|-|\n|1|")
        assert '<table tabindex="0">' in render("|a|\n|-|\n|1|")
        assert "one<br>" in render("one\ntwo")

    def test_headings_stay_below_those_of_the_page(self):
        assert render("# a").startswith("<h4>")
        assert render("###### a").startswith("<h6>")

    def test_names_that_look_like_domains_are_not_linked(self):
        assert "<a" not in render("open setup.py and write to me@b.example")

    def test_nothing_is_nothing(self):
        assert render(None) == render("") == ""

    def test_what_is_written_as_html_is_shown_as_text(self):
        assert "&lt;b&gt;bold&lt;/b&gt;" in render("<b>bold</b>")


class TestExcerpt:
    def test_marks_and_line_ends_are_gone(self):
        assert excerpt("# Why\n\n**not** [this](https://a.example) & `that` <b>?") == "Why not this & that <b>?"

    def test_it_ends_between_words_and_says_so(self):
        assert excerpt("one two three four", length=10) == "one two…"
        assert excerpt("word " * 5000, length=20).endswith("word…")

    def test_an_endless_word_is_cut(self):
        assert len(excerpt("a" * 5000, length=20)) <= 21


def work(text: str) -> int:
    """Lines of Python that rendering executes: the same on every machine, however busy."""
    lines = 0

    def trace(_frame, _event, _arg):
        nonlocal lines
        lines += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        render(text)
    finally:
        sys.settrace(before)
    return lines


class TestCost:
    @pytest.mark.parametrize(
        "piece",
        [
            "[",
            "*a_",
            "`a",
            "[a](",
            "![",
            "<",
            "**a ",
            "~~a",
            "[a]: b\n",
            "&#x",
            "> ",
            "- ",
            "|a|b|\n",
            "http://a ",
            "(",
            "_a",
            "](",
            "[[a](b)",
            "a\n",
        ],
    )
    def test_twice_the_text_is_twice_the_work(self, piece):
        single, double = work((piece * 4000)[:2000]), work((piece * 4000)[:4000])
        assert double <= 2.5 * single

    def test_bare_links_are_not_sought_in_a_text_with_an_endless_word(self):
        """Seeking them is quadratic inside the regular expression, where no line of Python is counted."""
        link = "https://a.example/"
        assert "<a" in render(link + "x" * (LONGEST_LINKED_WORD - len(link)))
        assert "<a" not in render(link + "x" * LONGEST_LINKED_WORD)

    def test_what_exceeds_the_cap_is_not_rendered(self):
        assert "x" not in nh3.clean_text(render("a" * MAX_CHARS + "x"))
        assert render("a" * (MAX_CHARS + 5)) == render("a" * MAX_CHARS)
