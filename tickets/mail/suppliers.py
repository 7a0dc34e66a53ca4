"""Letters between the desk and a supplier: out of a private thread, and into it with proof only.

A mail belongs to the thread when it shows the thread's seal, in the address it was sent to or in
the id of the mail that it answers, *and* comes from an address of that supplier. All other mail is
a stranger's, whatever it says: it goes the way of every mail, and nothing of the thread goes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from django.utils import translation

from servicedesk.outbox.writing import Letter, message_id, post
from tickets.mail.letters import text_of
from tickets.mail.mail import Mail
from tickets.mail.outgoing import MOST_REFERENCES, compose, loop_headers, sender, valid_ids
from tickets.mail.parts import Occasion
from tickets.mail.pictures import enclose_files
from tickets.mail.threading import MOST_CANDIDATES
from tickets.mail.tokens import (
    read_supplier_address,
    read_supplier_id,
    supplier_address,
    supplier_seal,
)
from tickets.mail.verdicts import verdict_of
from tickets.models import Forwarding, Message, Ticket, TicketEvent, UndeliverableAddress


def thread_of(mail: Mail) -> Forwarding | None:
    """The thread that the mail proves to belong to; None for all other mail, without a query."""
    sealed = list(islice(dict.fromkeys(_sealed(mail)), MOST_CANDIDATES))
    if not sealed or verdict_of(mail) is False:
        return None
    threads = Forwarding.objects.select_related("ticket", "supplier").in_bulk(sealed)
    for number in sealed:
        thread = threads.get(number)
        if thread is not None and thread.supplier.writes_from(mail.sender.email):
            UndeliverableAddress.objects.filter(email=mail.sender.email).delete()  # it writes
            return thread
    return None


def _sealed(mail: Mail) -> Iterator[int]:
    addresses = (read_supplier_address(address) for address in mail.delivered_to)
    ids = (read_supplier_id(one) for one in [*mail.in_reply_to, *reversed(mail.references)])
    yield from (found for found in [*addresses, *ids] if found is not None)


def send(ticket: Ticket, forwarding: Forwarding, *, event: TicketEvent, message: Message) -> None:
    """Puts a message of the thread into the outbox; the same event again adds nothing."""
    supplier = forwarding.supplier
    with translation.override(supplier.language):
        enclosed = enclose_files(message)
        occasion = Occasion(
            ticket,
            "supplier",
            ticket.requester,
            message,
            enclosed,
            forwarding=forwarding,
        )
        subject, letter = compose(occasion, text=text_of("supplier", supplier.language))
        sent = post(
            Letter(
                key=f"{event.pk}.{_root(forwarding)}",
                thread=f"ticket:{ticket.pk}:supplier:{forwarding.pk}",
                subject=subject,
                to=[supplier.email],
                names={supplier.email: supplier.name},
                from_email=sender(occasion),
                body_text=letter.text,
                body_html=letter.html,
                headers=_headers(ticket, forwarding),
                files=enclosed.files,
            )
        )
    if sent:
        Message.objects.filter(pk=message.pk).update(mail_message_id=sent.message_id)


def _root(forwarding: Forwarding) -> str:
    return f"supplier.{forwarding.pk}.{supplier_seal(forwarding.pk)}"


def _headers(ticket: Ticket, forwarding: Forwarding) -> dict[str, str]:
    """No id of a public mail stands here, and no id of these in a public mail."""
    mailed = forwarding.messages.exclude(mail_message_id="").order_by("-pk")
    earlier = valid_ids(mailed.values_list("mail_message_id", flat=True)[:MOST_REFERENCES])
    chain = [message_id(_root(forwarding)), *earlier[::-1]]
    return {
        "References": " ".join(chain),
        "In-Reply-To": chain[-1],
        "Reply-To": supplier_address(forwarding.pk),
        **loop_headers(ticket),
    }
