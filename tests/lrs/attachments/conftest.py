"""What tests of attachments share: sending and fetching parcels."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from parcels import BOUNDARY, opened, parcel

sys.path.insert(0, str(Path(__file__).parent.parent))


class Sender:
    """``send(statements, part, …)`` posts (or puts, with ``uuid``) a parcel; ``fetch(**parameters)`` opens an answer with data."""

    def __init__(self, xapi):
        self.xapi = xapi

    def __call__(self, statements, *parts: bytes, uuid: str | None = None, boundary: str = BOUNDARY, **options):
        return self.raw(parcel(statements, *parts, boundary=boundary, **options), uuid=uuid, kind=f'multipart/mixed; boundary="{boundary}"')

    def raw(self, body: bytes, *, uuid: str | None = None, kind: str = f'multipart/mixed; boundary="{BOUNDARY}"'):
        verb = self.xapi.client.put if uuid else self.xapi.client.post
        query = {"statementId": uuid} if uuid else None
        return verb("/xapi/statements", data=body, content_type=kind, query_string=query, auth=self.xapi.auth, headers=self.xapi._headers)

    def fetch(self, **parameters):
        answer = self.xapi.get(attachments="true", **parameters)
        assert answer.status_code == 200, answer.text
        return opened(answer)


@pytest.fixture
def send(xapi):
    return Sender(xapi)


@pytest.fixture
def send_as(xapi_of):
    return lambda *scopes, **options: Sender(xapi_of(*scopes, **options))


@pytest.fixture
def files(app):
    """``files()`` → the names of everything in the storage, whole or on its way."""
    folder = app.config["SETTINGS"].data_dir / "files"
    return lambda: sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
