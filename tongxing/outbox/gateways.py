"""Gateways: how a text reaches a telephone or a mailbox. `settings.OUTBOX_GATEWAYS` names a class a channel; none, and nothing is sent there.

A gateway is given a key with each text. One that remembers keys sends a text once however often it is asked to; one that does not
may send twice what a killed worker left uncertain, and says so by `remembers`.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from email.message import EmailMessage
from functools import cache
from typing import ClassVar, Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from tongxing.outbox.rules import masked

log = logging.getLogger(__name__)
SECONDS = 20


class TryAgain(Exception):
    """The gateway cannot be reached or is busy: the text waits and is tried again."""


class Refused(Exception):
    """The gateway will never take this text to this address; the message is a sentence for the administrator."""


class Gateway(Protocol):
    """What every gateway can."""

    remembers: ClassVar[bool]

    def send(self, *, key: str, to: str, text: str) -> str:
        """Hand the text over; returns the gateway's receipt. Raises ``TryAgain`` or ``Refused``."""
        ...

    def receipt(self, key: str) -> str:
        """The receipt of what was handed over under this key, empty where nothing was, or where the gateway cannot tell."""
        ...


class Console:
    """Writes to the program's log what would be sent; addresses are masked. For the demo."""

    remembers: ClassVar[bool] = False

    def send(self, *, key: str, to: str, text: str) -> str:
        if not to.strip():
            raise Refused(_("没有号码或地址"))
        log.info("would send to %s: %s", masked(to), text)
        return f"console-{key[-12:]}"

    def receipt(self, key: str) -> str:
        return ""


class Smtp:
    """E-mail through a mail server: ``smtps://user:password@host:465`` or ``smtp://…`` with STARTTLS. The key becomes the Message-ID."""

    remembers: ClassVar[bool] = False

    def __init__(self) -> None:
        self.url = urlsplit(settings.OUTBOX_SMTP)
        self.sender = settings.OUTBOX_SENDER

    def send(self, *, key: str, to: str, text: str) -> str:
        if "@" not in to:
            raise Refused(_("没有号码或地址"))
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, to, text[:60]
        mail["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2] or 'tongxing'}>"
        mail.set_content(text)
        try:
            with self._server() as server:
                if self.url.username:
                    server.login(unquote(self.url.username), unquote(self.url.password or ""))
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            raise Refused(_("邮件服务器不接受这个地址")) from refused
        except (OSError, smtplib.SMTPException) as failed:
            raise TryAgain(type(failed).__name__) from failed
        return str(mail["Message-ID"])

    def receipt(self, key: str) -> str:
        return ""

    def _server(self) -> smtplib.SMTP:
        host, safe = self.url.hostname or "", ssl.create_default_context()
        if self.url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self.url.port or 465, timeout=SECONDS, context=safe)
        server = smtplib.SMTP(host, self.url.port or 587, timeout=SECONDS)
        server.starttls(context=safe)
        return server


def of(channel: str) -> Gateway | None:
    """The gateway of a channel, None where the deployment has none."""
    path = settings.OUTBOX_GATEWAYS.get(channel, "")
    return _made(path) if path else None


def channels() -> list[str]:
    """The channels that lead somewhere."""
    return [channel for channel, path in settings.OUTBOX_GATEWAYS.items() if path]


@cache
def _made(path: str) -> Gateway:
    gateway: Gateway = import_string(path)()
    return gateway
