"""What may be written about a person, and which passwords are accepted."""

import pytest

from accounts.people import passwords, rules
from core.errors import Invalid


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("ana@example.org", "ana@example.org"),
        ("  Ana.Silva+lms@Example.ORG ", "ana.silva+lms@example.org"),
        ("a@localhost", "a@localhost"),
        ("o'neil@sub.example-site.org", "o'neil@sub.example-site.org"),
    ],
)
def test_an_address_is_kept_in_lower_case(raw, clean):
    assert rules.clean_email(raw) == clean


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "a b@example.org",
        "ana@exam ple.org",
        ".ana@example.org",
        "a..b@example.org",
        "ana@-x.org",
        "ana@x..org",
        "ana@example.org\nBcc: all@example.org",
        "ana@example.org\x00",
        "anа@example.org",
        "<ana@example.org>",
        "ana,bob@example.org",
        "x" * 65 + "@example.org",
        "a@" + ("b" * 63 + ".") * 4 + "org",
    ],
)
def test_what_is_no_address_is_refused(raw):
    with pytest.raises(Invalid) as refusal:
        rules.clean_email(raw)
    assert "email" in refusal.value.fields


@pytest.mark.parametrize(
    ("raw", "clean"), [(" Ana   Silva ", "Ana Silva"), ("Jose\u0301", "José"), ("محمد", "محمد"), ("👩\u200d🏫", "👩\u200d🏫")]
)
def test_a_name_is_one_tidy_line(raw, clean):
    assert rules.clean_name(raw) == clean


@pytest.mark.parametrize("raw", ["", "   ", "x" * 121, "Ana\x07", "Ana\u202egnp.exe", "Ana\x00", "A\ud800", "\u2066Ana"])
def test_a_name_that_cannot_be_shown_is_refused(raw):
    with pytest.raises(Invalid):
        rules.clean_name(raw)


def test_names_are_sorted_without_case_and_accents():
    assert sorted(["Zoe", "élodie", "Emil", "ada"], key=rules.folded) == ["ada", "élodie", "Emil", "Zoe"]


def test_roles_and_languages_are_the_known_ones():
    assert rules.clean_role(" Admin ") == "admin"
    assert rules.clean_language("FR", ("en", "fr")) == "fr"
    with pytest.raises(Invalid):
        rules.clean_role("owner")
    with pytest.raises(Invalid):
        rules.clean_language("xx", ("en", "fr"))


@pytest.mark.parametrize(
    ("email", "name"), [("ana.silva@x.org", "Ana Silva"), ("bob_lee-92@x.org", "Bob Lee 92"), ("...@x.org", "...@x.org")]
)
def test_a_name_can_be_guessed_from_an_address(email, name):
    assert rules.name_from_email(email) == name


class TestPasswords:
    @pytest.mark.parametrize("password", ["a few plain words", "x7#qpL!9zR", "пароль из слов", "é" * 5 + "hôtel plage", "w" + "ordy" * 63])
    def test_any_long_enough_password_is_accepted(self, password):
        passwords.check(password, email="ana@example.org", name="Ana Silva")

    @pytest.mark.parametrize(
        "password",
        [
            "",
            "short",
            "ninechars",
            "x" * 257,
            "Password123",
            "PASS WORD 123",
            "motdepasse123",
            "aaaaaaaaaaaa",
            "abababababab",
            "ana@example.org",
            "ana.silva.long",
            "Ana  Silva Long",
        ],
    )
    def test_a_short_or_guessable_one_is_refused(self, password):
        with pytest.raises(Invalid) as refusal:
            passwords.check(
                password, email="ana.silva.long@example.org" if "silva" in password else "ana@example.org", name="Ana Silva Long"
            )
        assert "password" in refusal.value.fields

    def test_the_list_holds_only_what_length_does_not_refuse_already(self):
        assert len(passwords.commonplace()) > 200
        assert all(passwords.MIN_LENGTH <= len(p) <= passwords.MAX_LENGTH and p == p.casefold() for p in passwords.commonplace())

    def test_are_kept_as_argon2id_with_a_salt_of_their_own(self):
        first, second = passwords.digest("correct horse battery"), passwords.digest("correct horse battery")
        assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert first != second
        assert passwords.matches(first, "correct horse battery")
        assert not passwords.matches(first, "correct horse batterx")

    def test_match_however_the_keyboard_composes_characters(self):
        assert passwords.matches(passwords.digest("cafe\u0301 du coin"), "café du coin")

    def test_nothing_matches_where_there_is_no_hash(self):
        assert not passwords.matches(None, "no password hashes to this; it only costs the same time")
        assert not passwords.matches("not a hash", "anything at all")

    def test_long_and_odd_input_is_answered(self):
        stored = passwords.digest("correct horse battery")
        assert not passwords.matches(stored, "x" * 1_000_000)
        assert not passwords.matches(stored, "\ud800" * 12)
