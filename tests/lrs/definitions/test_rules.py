"""Definitions come together by rules that anybody can check, and a reader gets a name whatever was said."""

import pytest

from lrs.definitions.rules import ACTIVITY, VERB, best, merged, readable, said_in, shown


class TestMerging:
    def test_languages_come_together_and_the_newer_text_wins(self):
        known = {"name": {"en": "Old", "fr": "Vieux"}, "type": "https://example.org/t"}
        new = {"name": {"en": "New", "de": "Neu"}, "description": {"en": "What it is"}}
        assert merged(ACTIVITY, known, new) == {
            "name": {"en": "New", "fr": "Vieux", "de": "Neu"},
            "description": {"en": "What it is"},
            "type": "https://example.org/t",
        }
        assert known["name"] == {"en": "Old", "fr": "Vieux"}, "what was known is left as it is"

    def test_extensions_come_together(self):
        one, two = {"extensions": {"https://e.org/a": 1}}, {"extensions": {"https://e.org/b": None}}
        assert merged(ACTIVITY, one, two)["extensions"] == {"https://e.org/a": 1, "https://e.org/b": None}

    def test_the_right_answer_does_not_change(self):
        known = {"interactionType": "choice", "correctResponsesPattern": ["a"], "choices": [{"id": "a"}, {"id": "b"}]}
        other = {"interactionType": "choice", "correctResponsesPattern": ["b"], "choices": [{"id": "b", "description": {"en": "B"}}]}
        assert merged(ACTIVITY, known, other) == known | {"choices": [{"id": "a"}, {"id": "b", "description": {"en": "B"}}]}
        assert merged(ACTIVITY, known, {"interactionType": "other", "correctResponsesPattern": ["z"]}) == known

    def test_what_was_missing_of_an_interaction_is_added(self):
        known = {"name": {"en": "Q"}, "interactionType": "true-false"}
        assert merged(ACTIVITY, known, {"correctResponsesPattern": ["true"]})["correctResponsesPattern"] == ["true"]

    def test_displays_of_verbs(self):
        assert merged(VERB, {"en": "did"}, {"fr": "a fait", "en": "has done"}) == {"en": "has done", "fr": "a fait"}


def test_everything_a_statement_says():
    activity = {"id": "https://e.org/a", "definition": {"name": {"en": "A"}}}
    other = {"id": "https://e.org/b", "definition": {"name": {"en": "B"}}}
    verb = {"id": "https://e.org/v", "display": {"en": "did"}}
    sub = {"objectType": "SubStatement", "actor": {}, "verb": verb, "object": activity, "context": {"contextActivities": {"parent": other}}}
    whole = {
        "actor": {},
        "verb": {"id": "https://e.org/w"},
        "object": sub,
        "context": {"contextActivities": {"other": [other, {"id": "x:y"}]}},
    }
    assert [(s.kind, s.iri) for s in said_in(whole)] == [
        (VERB, "https://e.org/v"),
        (ACTIVITY, "https://e.org/a"),
        (ACTIVITY, "https://e.org/b"),
        (ACTIVITY, "https://e.org/b"),
    ]


NAMES = {"de": "Prüfung", "en-US": "Exam", "fr-CA": "Examen"}


@pytest.mark.parametrize(
    ("languages", "name"),
    [
        (["fr-CA"], "Examen"),
        (["FR"], "Examen"),
        (["fr-FR", "de"], "Examen"),
        (["it", "de-AT"], "Prüfung"),
        (["it"], "Exam"),
        ([], "Exam"),
    ],
)
def test_best_language(languages, name):
    assert best(NAMES, languages) == name


def test_exact_before_kin():
    assert best({"en-US": "color", "en-GB": "colour"}, ["en-GB"]) == "colour"


def test_any_language_is_better_than_none():
    assert best({"ja": "試験"}, ["fr"]) == "試験"
    assert best({"fr": "  ", "ja": "試験"}, ["fr"]) == "試験", "a blank is no name"
    assert best({}, ["fr"]) == ""


@pytest.mark.parametrize(
    ("iri", "words"),
    [
        ("http://adlnet.gov/expapi/verbs/completed", "completed"),
        ("https://example.org/courses/fire-safety/", "fire safety"),
        ("https://example.org/a#part_2", "part 2"),
        ("tag:example.org,2026:d%C3%A9but", "début"),
        ("https://example.org/%00%0A", "https://example.org/%00%0A"),
        ("urn:x", "x"),
    ],
)
def test_readable(iri, words):
    assert readable(iri) == words


def test_what_is_shown_is_one_line_of_bounded_length_without_invisible_controls():
    assert shown("a\u202eb\n\x00c") == "a b c"
    assert len(shown("x" * 100_000)) == 300
