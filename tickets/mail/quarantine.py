"""What an administrator does with a mail that could not be processed."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
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


def retry(email: IncomingEmail, *, by: User) -> None:
    """Lets a worker process it once more, with three new attempts."""
    guard(
        email.state in {State.QUARANTINED, State.DISCARDED}, _("This mail was processed already.")
    )
    changed = IncomingEmail.objects.filter(pk=email.pk, state=email.state)
    changed.update(state=State.RECEIVED, attempts=0, reason="", outcome="", processed_at=None)
    wake(process_received_mail)


def discard(email: IncomingEmail, *, by: User) -> None:
    """Nothing will become of it. The raw mail stays and the retry is still there."""
    guard(email.state == State.QUARANTINED, _("This mail was processed already."))
    IncomingEmail.objects.filter(pk=email.pk, state=State.QUARANTINED).update(
        state=State.DISCARDED, processed_at=timezone.now()
    )


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
    return email.ticket
