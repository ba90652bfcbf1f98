"""Each test begins without a journal, as an installation does."""

import pytest

from lrs.privacy import journal


@pytest.fixture(autouse=True)
def _no_journal_of_other_tests(request):
    if "app" in request.fixturenames:
        app = request.getfixturevalue("app")
        (app.config["SETTINGS"].data_dir / journal.FILE).unlink(missing_ok=True)
