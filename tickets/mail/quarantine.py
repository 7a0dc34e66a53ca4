"""What an administrator does with a mail that could not be processed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.lib.waking import wake
from tickets.actions.locking import guard
from tickets.actions.opening import NewTicket, open_ticket
from tickets.events import verb
from tickets.mail import charsets
from tickets.mail.headers import Address
from tickets.mail.keeping import raw_bytes
from tickets.mail.mail import Mail
from tickets.mail.senders import sender_of
from tickets.models import Attachment, IncomingEmail, Ticket
from tickets.tasks import process_received_mail

State, Outcome = IncomingEmail.State, IncomingEmail.Outcome
#: Of the raw mail, as text: what a page shows and a ticket made of it says.
LONGEST_SHOWN = 100_000


def as_text(email: IncomingEmail) -> str:
    """The raw mail for reading, cut to a sane length; '' when its bytes were erased."""
    try:
        return charsets.decode(raw_bytes(email)[:LONGEST_SHOWN])
    except (OSError, EOFError):
        return ""


@transaction.atomic
def retry(email: IncomingEmail, *, by: User) -> None:
    """Lets a worker process it once more, with three new attempts."""
    _leave(
        email,
        from_=(State.QUARANTINED, State.DISCARDED),
        state=State.RECEIVED,
        attempts=0,
        reason="",
        outcome="",
        processed_at=None,
    )
    record("mail_retried", by=by, about=email)
    wake(process_received_mail)


@transaction.atomic
def discard(email: IncomingEmail, *, by: User) -> None:
    """Nothing will become of it. The raw mail stays and the retry is still there."""
    _leave(email, from_=(State.QUARANTINED,), state=State.DISCARDED, processed_at=timezone.now())
    record("mail_discarded", by=by, about=email)


def _leave(email: IncomingEmail, *, from_: Collection[str], **columns: Any) -> None:
    """Compare and set: of two administrators at one instant the second one is refused."""
    changed = IncomingEmail.objects.filter(pk=email.pk, state__in=from_).update(**columns)
    guard(bool(changed), _("This mail was processed already."))


@verb
def make_ticket(email: IncomingEmail, *, by: User) -> Ticket:
    """A ticket of the sender with the raw mail as its file, for what no program can read."""
    email = IncomingEmail.objects.select_for_update().get(pk=email.pk)
    guard(email.state == State.QUARANTINED, _("This mail was processed already."))
    sender = sender_of(Mail(sender=Address(email.from_email, email.from_name)), is_person=True)
    raw = raw_bytes(email)
    file = Attachment(
        filename="mail.eml", content_type="message/rfc822", size=len(raw), uploaded_by=by,
        sha256=hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
    file.file.save("mail.eml", ContentFile(raw), save=False)
    file.save()
    email.state, email.outcome = State.DONE, Outcome.CREATED
    email.ticket = open_ticket(
        NewTicket(
            requester=sender.user,
            subject=email.subject or _("(no subject)"),
            body=_("This mail could not be read; it is the file below."),
            channel=Ticket.Channel.MAIL,
            created_at=email.received_at,
            attachments=[file],
        ),
        by=by,
    )
    email.message, email.processed_at = email.ticket.messages.earliest("pk"), timezone.now()
    email.save()
    record("mail_made_ticket", by=by, about=email, ticket=email.ticket.pk)
    return email.ticket
