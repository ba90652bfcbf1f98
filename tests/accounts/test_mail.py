"""Sending mail."""

import logging
import socket
from dataclasses import replace

import pytest

from core import mail
from core.errors import Invalid


def compose(**fields):
    return mail.compose(**({"to": "ana@example.org", "subject": "Hello", "text": "Line one\nÉté\n"} | fields))


def test_arrives_as_it_was_written(app, outbox):
    with app.app_context():
        mail.send(compose(subject="Été à la mer"))
    (letter,) = outbox.mails
    assert (letter["To"], letter["Subject"], letter["Auto-Submitted"]) == ("ana@example.org", "Été à la mer", "auto-generated")
    assert letter["From"] == app.config["SETTINGS"].mail_from
    assert "Été" in letter.get_content()


@pytest.mark.parametrize("field", ["to", "subject"])
@pytest.mark.parametrize("payload", ["x\r\nBcc: all@example.org", "x\nBcc: all@example.org", "x\rBcc: all@example.org", "x\0y"])
def test_a_header_of_several_lines_is_refused(app, outbox, field, payload):
    with app.app_context(), pytest.raises(Invalid):
        mail.send(compose(**{field: payload}))
    assert outbox.mails == []


def test_a_body_cannot_end_the_mail_and_begin_another(app, outbox):
    with app.app_context():
        mail.send(compose(text="one\n.\nMAIL FROM:<evil@example.org>\n"))
    (letter,) = outbox.mails
    assert "MAIL FROM" in letter.get_content()


def test_a_failure_is_said(app, outbox):
    outbox.refuses = True
    with app.app_context(), pytest.raises(mail.MailFailed):
        mail.send(compose())


def test_a_server_that_is_not_there_is_said_too(sqlite_app, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = replace(sqlite_app.config["SETTINGS"], smtp_host="127.0.0.1", smtp_port=free.getsockname()[1])
    monkeypatch.setitem(sqlite_app.config, "SETTINGS", nobody)
    with sqlite_app.app_context(), pytest.raises(mail.MailFailed):
        mail.send(compose())


def test_what_fails_beside_the_request_is_tried_again_and_then_reported(app, outbox, monkeypatch, caplog):
    monkeypatch.setattr(mail, "PAUSES", (0, 0.01, 0.01))
    outbox.refuses = True
    with app.app_context():
        assert mail.send_later(compose(subject="Lost")).result(20) is False
    assert [r.levelno for r in caplog.records if r.name == mail.log.name] == [logging.WARNING] * 3 + [logging.ERROR]
    assert "Lost" in caplog.text
    assert "ana@example.org" not in caplog.text


def test_a_server_that_comes_back_gets_the_mail(app, outbox, monkeypatch):
    monkeypatch.setattr(mail, "PAUSES", (0, 0.3))
    outbox.refuses = True
    with app.app_context():
        under_way = mail.send_later(compose())
    assert outbox.refused.wait(20)
    outbox.refuses = False
    assert under_way.result(20) is True
    assert len(outbox.mails) == 1


def test_without_a_server_mails_are_printed_in_the_log(sqlite_app, caplog):
    with sqlite_app.app_context():
        mail.send(compose())
    assert "To: ana@example.org" in caplog.text
    assert "Line one" in caplog.text


def test_links_begin_with_our_address(sqlite_app):
    with sqlite_app.test_request_context("/", headers={"Host": "evil.example"}):
        assert mail.link("/x") == "http://localhost/x"
