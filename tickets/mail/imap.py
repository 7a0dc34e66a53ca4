"""One mailbox on an IMAP server: what the desk asks of it, and what went wrong in a sentence."""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import (
    ImapToolsError,
    MailboxFolderCreateError,
    MailboxFolderSelectError,
    MailboxFolderStatusError,
    MailboxLoginError,
    MailboxMoveError,
)

from servicedesk.lib.sealing import CannotUnseal, unseal
from tickets.models import Mailbox

TIMEOUT = 60
#: What looking into a mailbox may raise: anything a network, a server or a wrong entry does.
FAULTS = (ImapToolsError, imaplib.IMAP4.error, OSError, CannotUnseal, UnicodeError, ValueError)
_internal_date = re.compile(rb'INTERNALDATE "([^"]{10,60})"')


@dataclass(frozen=True)
class Fetched:
    """A mail as it lies there, and when that server got it."""

    raw: bytes
    internal_date: dt.datetime | None


@contextlib.contextmanager
def opened(mailbox: Mailbox, *, timeout: float = TIMEOUT) -> Iterator[BaseMailBox]:
    """A session with the folder selected. Raises FAULTS."""
    session = _connected(mailbox, timeout)
    try:
        session.login(mailbox.username, unseal(mailbox.sealed_password), mailbox.folder)
        yield session
    finally:
        with contextlib.suppress(*FAULTS):
            session.logout()


def _connected(mailbox: Mailbox, timeout: float) -> BaseMailBox:
    host, port = mailbox.host, mailbox.port
    if mailbox.security == Mailbox.Security.NONE:
        return MailBoxUnencrypted(host, port, timeout=timeout)
    trusted = ssl.create_default_context(cafile=settings.DESK_MAIL_CA or None)
    if mailbox.security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(host, port, timeout=timeout, ssl_context=trusted)
    return MailBox(host, port, timeout=timeout, ssl_context=trusted)


def validity(session: BaseMailBox, mailbox: Mailbox) -> int:
    """The number that changes when the server numbers its mails anew."""
    return int(session.folder.status(mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"])


def uids_after(session: BaseMailBox, last: int) -> list[int]:
    """The numbers of the mails after number `last`, in order."""
    found = session.uids(f"UID {last + 1}:*")
    # `7:*` means the last mail too, when there are only six.
    return sorted(uid for uid in map(int, found) if uid > last)


def fetch(session: BaseMailBox, uid: int) -> Fetched | None:
    """One mail, without marking it; None when it is gone meanwhile."""
    _status, answer = session.client.uid("fetch", str(uid), "(INTERNALDATE BODY.PEEK[])")
    parts = [part for part in answer or [] if isinstance(part, tuple)]
    if not parts:
        return None
    head, raw = parts[0][0], parts[0][1]
    rest = b" ".join(part for part in answer if isinstance(part, bytes))
    found = _internal_date.search(head + rest)
    return Fetched(raw, _moment(found[1]) if found else None)


def finish(session: BaseMailBox, mailbox: Mailbox, uid: int) -> None:
    """Marks or moves a mail that was taken in."""
    if mailbox.afterwards == Mailbox.Afterwards.MOVE:
        _make_folder(session, mailbox)
        session.move(str(uid), mailbox.move_to)
    else:
        session.flag(str(uid), "\\Seen", True)


def _make_folder(session: BaseMailBox, mailbox: Mailbox) -> None:
    moves = mailbox.afterwards == Mailbox.Afterwards.MOVE
    if moves and not session.folder.exists(mailbox.move_to):
        session.folder.create(mailbox.move_to)


def probe(mailbox: Mailbox) -> str:
    """Tries to sign in and to open the folder; '' when that works, else what is wrong."""
    try:
        with opened(mailbox, timeout=15) as session:
            validity(session, mailbox)
            _make_folder(session, mailbox)
    except FAULTS as error:
        return explain(error)
    return ""


def explain(error: BaseException) -> str:
    """What is wrong, in a sentence that says what to look at."""
    if isinstance(error, CannotUnseal):
        return _("The password cannot be read any more: DESK_MAIL_KEY changed. Enter it again.")
    if isinstance(error, MailboxLoginError):
        return _("The server refuses this user name and password.")
    if isinstance(error, MailboxFolderSelectError | MailboxFolderStatusError):
        return _("The server has no folder of this name.")
    if isinstance(error, MailboxFolderCreateError | MailboxMoveError):
        return _("The server does not let us move mail to the other folder.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The server's certificate is not trusted: %s") % error.verify_message
    if isinstance(error, ssl.SSLError):
        return _("No TLS with this server on this port. Look at the port and the security.")
    if isinstance(error, socket.gaierror):
        return _("There is no server of this name.")
    if isinstance(error, TimeoutError):
        return _("The server does not answer.")
    if isinstance(error, ConnectionRefusedError):
        return _("Nothing answers on this port of the server.")
    said = " ".join(str(error).split())[:200]
    return _("The server broke off: %s") % (said or type(error).__name__)


def _moment(text: bytes) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(text.decode("ascii").replace("-", " ", 2))
    except (ValueError, TypeError):
        return None
    return moment.astimezone(dt.UTC) if moment.tzinfo else None
