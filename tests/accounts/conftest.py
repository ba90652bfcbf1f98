"""A mail server that keeps what it is given."""

import socketserver
import threading
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from core import mail


class _Conversation(socketserver.StreamRequestHandler):
    """Just enough of RFC 5321 for one mail at a time."""

    def handle(self):
        self.answer(220)
        while line := self.rfile.readline().strip().upper():
            if line.startswith(b"DATA"):
                self.answer(354)
                self.server.take(b"".join(iter(self.rfile.readline, b".\r\n")))
                self.answer(250)
            elif line.startswith(b"QUIT"):
                self.answer(221)
                return
            elif line.startswith(b"RCPT") and self.server.refuses:
                self.server.refused.set()
                self.answer(550)
            else:
                self.answer(250)

    def answer(self, code: int):
        self.wfile.write(b"%d .\r\n" % code)


class Outbox(socketserver.ThreadingTCPServer):
    """The mails that a real mail server took, in order; ``refuses`` makes it take none."""

    daemon_threads = True
    refuses = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self._taken = []
        self.refused = threading.Event()

    def take(self, raw: bytes):
        self._taken.append(message_from_bytes(raw, policy=policy.default))

    @property
    def mails(self) -> list:
        """What has arrived once everything under way has."""
        mail._postman.submit(int).result(20)
        return self._taken


@pytest.fixture
def outbox(app, monkeypatch):
    """The application sends its mail to this server."""
    with Outbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        there = {"smtp_host": "127.0.0.1", "smtp_port": server.server_address[1], "smtp_starttls": False}
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **there))
        yield server
        server.shutdown()
