"""No reader of French meets an English sentence: every text of every package is translated."""

import pytest

from tools import translations


@pytest.mark.parametrize("package", translations.packages([]), ids=lambda p: p.name)
def test_every_text_has_its_french(package):
    assert translations.gaps(package, "fr") == []


def test_a_missing_translation_is_found(tmp_path):
    package = tmp_path / "example"
    package.mkdir()
    (package / "__init__.py").write_text('from flask_babel import gettext as _\nx = _("Nobody translated this")\n')
    assert "Nobody translated this" in translations.gaps(package, "fr")[0]
