"""The registry of findings: every code can be said, in both languages, with the values it is given."""

import re
from pathlib import Path

import pytest
from flask_babel import force_locale

import scorm.packages
from scorm.packages.findings import SEVERITIES, Finding, Findings
from scorm.packages.sentences import NOT_A_ZIP, SENTENCES

SOURCE = Path(scorm.packages.__file__).parent


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", sentence))


class TestRegistry:
    def test_has_only_known_severities(self):
        assert {severity for severity, _sentence in SENTENCES.values()} == set(SEVERITIES)
        assert set(SENTENCES) >= NOT_A_ZIP

    def test_has_every_code_that_is_used_and_no_other(self):
        source = "".join(path.read_text() for path in SOURCE.rglob("*.py") if path.name != "sentences.py")
        computed = {f"format.{name}" for name in ("cmi5", "tincan", "aicc", "h5p")}
        computed |= {f"cmi5.{name}" for name in re.findall(r'_wrong\(\s*\w+,\s*"(\w+)"', source)}
        used = {code for code in SENTENCES if f'"{code}"' in source} | computed
        assert used == set(SENTENCES)

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_says_everything_with_the_same_values(self, sqlite_app, language):
        with sqlite_app.test_request_context(), force_locale(language):
            for code, (_severity, sentence) in SENTENCES.items():
                expected = placeholders(sentence._args[0])
                assert placeholders(str(sentence)) == expected, code
                said = Finding(code, values=dict.fromkeys(expected, "X")).message
                assert "%" not in said.replace("100 %", "").replace("%20", "")


class TestFindings:
    def test_are_ordered_by_severity_and_said_once(self):
        findings = Findings()
        for code in ("archive.nested", "archive.system_files", "manifest.empty", "archive.nested"):
            findings.add(code, count=1)
        assert [f.code for f in findings.ordered()] == ["manifest.empty", "archive.nested", "archive.system_files"]

    def test_of_one_kind_are_bounded(self):
        findings = Findings()
        for number in range(1000):
            findings.add("archive.duplicate", str(number))
        assert len(findings) == 30

    def test_survive_being_stored(self):
        finding = Finding("item.dangling", "i1", {"title": "Lesson", "resource": "r9"})
        assert Finding.from_json(finding.to_json()) == finding

    def test_of_an_unknown_code_cannot_be_read(self):
        with pytest.raises(KeyError):
            Finding("no.such").severity  # noqa: B018
