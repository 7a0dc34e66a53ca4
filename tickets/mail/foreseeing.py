"""What would become of a mail, for `receive_mail --dry-run`: looks, and changes nothing."""

from __future__ import annotations

from servicedesk.accounts.models import User
from tickets.mail import bounces, machine_mail, threading
from tickets.mail.keeping import identify, known
from tickets.mail.mail import Mail
from tickets.mail.senders import speaking_for
from tickets.models import IncomingEmail, Ticket

Kind = IncomingEmail.Kind


def foresee(raw: bytes, mail: Mail) -> dict[str, object]:
    """The outcome, and the ticket that it would be added to."""
    same = known(identify(raw, mail))
    if same is not None:
        return {"outcome": "duplicate", "ticket": _number(same.ticket_id)}
    kind = machine_mail.kind_of(mail)
    if kind == Kind.OWN:
        return {"outcome": "ignored", "reason": IncomingEmail.Reason.OWN_MAIL}
    if kind == Kind.BOUNCE:
        about = bounces.mail_reported(mail)
        number = about.ticket if about else None
        if number is None or not Ticket.objects.filter(pk=number).exists():
            return {"outcome": "ignored", "reason": IncomingEmail.Reason.BOUNCE}
        return {"outcome": "appended", "ticket": _number(number)}
    user = User.objects.filter(email=mail.sender.email).first()
    ticket = threading.thread_of(mail, speaking_for(user, mail)).ticket if user else None
    if ticket is None or ticket.status == Ticket.Status.CLOSED:
        return {"outcome": "created"}
    return {"outcome": "appended", "ticket": _number(ticket.pk)}


def _number(ticket: int | None) -> str | None:
    return str(ticket) if ticket else None
