"""What the table keeps true by itself."""

import pytest

from catalogue.items import service
from core.db import write


@pytest.mark.parametrize(("minutes", "band"), [(None, None), (4, "short"), (5, "medium"), (600, "longer")])
def test_the_band_follows_the_minutes(app, make_item, load, minutes, band):
    uuid = make_item(duration_minutes=20)
    with app.app_context():
        with write():
            service.edit(item=load(uuid), by=None, duration_minutes=minutes)
        assert (load(uuid).duration_minutes, load(uuid).duration_band) == (minutes, band)
