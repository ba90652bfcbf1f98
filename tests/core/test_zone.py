"""In which time zone a reader sees times: that of their browser, by its cookie."""

from datetime import UTC, datetime

import pytest
from flask_babel import format_datetime

from core.i18n import to_utc

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cookie", "shown", "midnight"),
    [
        ("Europe/Paris", "14:00", "2026-06-30 22:00"),
        ("America/New_York", "08:00", "2026-07-01 04:00"),
        ("", "12:00", "2026-07-01 00:00"),
        ("Mars/Olympus", "12:00", "2026-07-01 00:00"),
        ("../../etc/passwd", "12:00", "2026-07-01 00:00"),
        ("\x00é", "12:00", "2026-07-01 00:00"),
    ],
)
def test_the_cookie_decides(sqlite_app, cookie, shown, midnight):
    with sqlite_app.test_request_context(headers={"Cookie": f"timezone={cookie}"}):
        assert format_datetime(NOON, "HH:mm") == shown
        assert to_utc(datetime(2026, 7, 1)).strftime("%Y-%m-%d %H:%M") == midnight
