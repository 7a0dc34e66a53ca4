"""One mail, from its row to a mail server. Who was refused is told apart, address by address."""

import logging
import smtplib
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.utils import format_datetime, formataddr, parseaddr
from typing import TypeAlias, cast

from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend
from django.core.mail.message import SafeMIMEText, sanitize_address

from servicedesk.outbox.models import OutgoingEmail

logger = logging.getLogger(__name__)

#: What a server said of each address that it did not take, as smtplib gives it.
Refusals: TypeAlias = dict[str, tuple[int, bytes]]

#: The server cannot be used at all: no reason to give up on this mail, or to try the next one.
NO_SERVER = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPHeloError,
    smtplib.SMTPAuthenticationError,
)


class Illustrated(EmailMultiAlternatives):
    """A mail whose files are the pictures of its text, and nothing else."""

    mixed_subtype = "related"


def hand_over(email: OutgoingEmail, connection: BaseEmailBackend) -> Refusals:
    """Gives the mail to whoever must still get it; the addresses that were refused come back.

    Raises what smtplib raises when the mail itself, or any mail, was not taken.
    """
    message = as_message(email, connection)
    if not isinstance(connection, SMTPBackend):
        connection.send_messages([message])
        return {}
    connection.open()
    ascii_to_own = {sanitize_address(a, "utf-8"): a for a in email.outstanding}
    sender = parseaddr(sanitize_address(email.from_email, "utf-8"))[1]
    content = cast(SafeMIMEText, message.message()).as_bytes(linesep="\r\n")
    server = connection.connection
    if server is None:
        raise smtplib.SMTPServerDisconnected("no connection")
    try:
        refused = server.sendmail(sender, list(ascii_to_own), content)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
        connection.close()
    return {ascii_to_own[address]: reply for address, reply in refused.items()}


def as_message(
    email: OutgoingEmail, connection: BaseEmailBackend | None = None
) -> EmailMultiAlternatives:
    """The mail as Django sends it. The same row always gives the same Message-ID and Date."""
    illustrated = email.files and all(file.get("cid") for file in email.files)
    message = (Illustrated if illustrated else EmailMultiAlternatives)(
        subject=email.subject,
        body=email.body_text,
        from_email=email.from_email,
        to=[_named(email, address) for address in email.to],
        cc=[_named(email, address) for address in email.cc],
        headers={
            "Message-ID": email.message_id,
            "Date": format_datetime(email.created_at),
            **email.headers,
        },
        connection=connection,
    )
    if email.body_html:
        message.attach_alternative(email.body_html, "text/html")
    for file in email.files:
        if part := _part(file):
            message.attach(part)
    return message


def is_final(error: Exception) -> bool:
    """“Never” (a 5xx reply, RFC 5321 4.2.1, or a mail that cannot be written) and not “not now”."""
    if is_servers_fault(error):
        return False
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def is_servers_fault(error: Exception | None) -> bool:
    """Another mail would fare no better now."""
    # smtplib's own exceptions are OSErrors too.
    network = isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    return network or isinstance(error, NO_SERVER)


def _named(email: OutgoingEmail, address: str) -> str:
    name = email.names.get(address, "")
    return formataddr((name, address)) if name else address


def _part(file: dict[str, str]) -> MIMEBase | None:
    try:
        with default_storage.open(file["path"]) as stored:
            content = stored.read()
    except FileNotFoundError:  # any other trouble passes: the whole mail is tried again
        logger.exception("file %s does not go along: it is not there", file["path"])
        return None
    kind, _slash, subtype = file["content_type"].partition("/")
    if kind == "image" and file.get("cid"):
        part: MIMEBase = MIMEImage(content, _subtype=subtype)
        part.add_header("Content-ID", f"<{file['cid']}>")
        part.add_header("Content-Disposition", "inline", filename=file["filename"])
        return part
    part = MIMEBase(kind, subtype or "octet-stream")
    part.set_payload(content)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=file["filename"])
    return part
