"""Mail: plain text through the SMTP settings, or printed in the log where none are set.

Compose inside ``write()`` if need be, send after it: a mail server may take its time, and a mail cannot be rolled back.
Addresses in a mail come from ``settings.origin`` (:func:`link`), never from the ``Host`` that somebody asked with.
"""

import logging
import smtplib
import ssl
import time
from concurrent.futures import Future, ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from flask import current_app
from flask_babel import lazy_gettext

from core.errors import Invalid, Unavailable
from core.settings import Settings

log = logging.getLogger("colloquium.mail")
TIMEOUT = 10  # seconds for each step of the conversation with the mail server
SMTPS_PORT = 465
PAUSES = (0, 2, 10)  # seconds before each try of a mail that nobody waits for
_postman = ThreadPoolExecutor(max_workers=1, thread_name_prefix="colloquium-mail")


class MailFailed(Unavailable):
    """The mail server did not take the mail."""

    code = "mail_failed"
    default_message = lazy_gettext("The mail could not be sent. Check the mail settings, or pass the message on yourself.")


def link(path: str) -> str:
    """The absolute address of a path of the application, for use in a mail."""
    return current_app.config["SETTINGS"].origin + path


def compose(*, to: str, subject: str, text: str) -> EmailMessage:
    """A mail to one person. :class:`Invalid` when a header would hold more than one line (header injection)."""
    if any(character in header for header in (to, subject) for character in "\r\n\0"):
        raise Invalid(lazy_gettext("An address or subject of a mail must be a single line."))
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message["From"] = current_app.config["SETTINGS"].mail_from
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="colloquium.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(text)
    return message


def goes_out() -> bool:
    """True when a mail server is set; otherwise nobody receives what is sent."""
    return bool(current_app.config["SETTINGS"].smtp_host)


def send(message: EmailMessage) -> None:
    """Hand a mail over now; :class:`MailFailed` when the server does not take it. Never inside ``write()``."""
    _deliver(current_app.config["SETTINGS"], message)


def send_later(message: EmailMessage) -> Future:
    """Hand a mail over beside the request, with a few tries; what fails in the end is an error in the log."""
    return _postman.submit(_persist, current_app.config["SETTINGS"], message)


def _persist(settings: Settings, message: EmailMessage) -> bool:
    for pause in PAUSES:
        time.sleep(pause)
        try:
            _deliver(settings, message)
            return True
        except MailFailed as failure:
            # only its kind: a server's own words often repeat the address
            log.warning("mail %s not sent: %s", message["Message-ID"], type(failure.__cause__).__name__)
    log.error("mail %s (%r) was given up after %d tries", message["Message-ID"], message["Subject"], len(PAUSES))
    return False


def _deliver(settings: Settings, message: EmailMessage) -> None:
    if not settings.smtp_host:
        head = f"To: {message['To']}\nSubject: {message['Subject']}"
        log.warning("no mail server is set, so this mail is printed:\n%s\n\n%s", head, message.get_content())
        return
    try:
        with _connection(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as failure:
        raise MailFailed() from failure


def _connection(settings: Settings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.smtp_port == SMTPS_PORT:
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=context)
    server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    if settings.smtp_starttls:
        server.starttls(context=context)
    return server
