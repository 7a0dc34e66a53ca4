"""What one mail is for the desk: a question, an answer, a note, a report, or nothing to do.

`carry_out` is a verb: the ticket, the message, its files and the outcome on the mail's row are one
transaction, and letters about it are written at its end, when the row says whether there is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.lib import html as sanitiser
from tickets.actions.forwarding import take_in_supplier_answer
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.receiving import add_machine_mail, add_report, join_by_mail
from tickets.actions.replying import Text, add_note, reply, thank
from tickets.events import verb
from tickets.mail import bounces, files, machine_mail, receipts, suppliers, threading
from tickets.mail.mail import Mail
from tickets.mail.senders import Sender, sender_of
from tickets.mail.thanks import is_only_thanks
from tickets.mail.tokens import is_own
from tickets.models import Attachment, Forwarding, IncomingEmail, MailPolicy, Message, Ticket

Kind, Outcome, Reason = IncomingEmail.Kind, IncomingEmail.Outcome, IncomingEmail.Reason
State, Status, MAIL = IncomingEmail.State, Ticket.Status, Ticket.Channel.MAIL
#: Of a Message-ID, what a message keeps.
LONGEST_ID = 998
#: The first line of a mail with which an agent writes an internal note.
_note = re.compile(r"^\s*#(?:notitie|nota|note|intern)\b[ \t:.-]*\n?", re.IGNORECASE)


class Words(TypedDict):
    """A mail as verbs take it."""

    body: str
    html: str
    visible_text: str
    visible_html: str
    attachments: list[Attachment]
    mail_message_id: str


def carry_out(email: IncomingEmail, mail: Mail) -> None:
    """Does with the mail what is to be done, and says so on its row."""
    with files.stored(mail) as attachments:
        _carry_out(email, mail, attachments)


@verb
def _carry_out(email: IncomingEmail, mail: Mail, attachments: list[Attachment]) -> None:
    IncomingEmail.objects.select_for_update().values_list("pk").get(pk=email.pk)
    _describe(email, mail)
    if _says_nothing_of_itself(mail):
        email.state, email.reason = State.QUARANTINED, Reason.NO_MAIL
    elif email.kind == Kind.OWN:
        email.outcome, email.reason = Outcome.IGNORED, Reason.OWN_MAIL
    elif email.kind == Kind.BOUNCE:
        _take_report(email, mail, attachments)
    elif forwarding := suppliers.thread_of(mail):
        _take_supplier_mail(email, mail, attachments, forwarding)
    else:
        _take_letter(email, mail, attachments)
    email.state = State.DONE if email.state == State.RECEIVED else email.state
    email.processed_at = timezone.now()
    email.save()


def _describe(email: IncomingEmail, mail: Mail) -> None:
    email.kind = machine_mail.kind_of(mail)
    email.from_email, email.from_name = mail.sender.email[:320], mail.sender.name[:500]
    email.subject = mail.subject[:1000]
    email.to = [one.email[:320] for one in mail.to if one.email]
    email.cc = [one.email[:320] for one in mail.cc if one.email]
    email.sent_at = mail.date


def _says_nothing_of_itself(mail: Mail) -> bool:
    """No header of a mail: these bytes are something else."""
    return not (mail.sender.email or mail.subject or mail.message_id or mail.date or mail.told)


# --- suppliers ------------------------------------------------------------------------------


def _take_supplier_mail(
    email: IncomingEmail, mail: Mail, attachments: list[Attachment], forwarding: Forwarding
) -> None:
    """Into the private thread; its sender is nobody's user and gets no receipt."""
    words = _words(mail, files.enter(attachments, by=None))
    text = Text(channel=MAIL, is_automatic=email.kind != Kind.PERSON, **words)
    email.message = take_in_supplier_answer(forwarding, text)
    email.ticket, email.outcome = email.message.ticket, Outcome.APPENDED


# --- letters --------------------------------------------------------------------------------


def _take_letter(email: IncomingEmail, mail: Mail, attachments: list[Attachment]) -> None:
    is_person = email.kind == Kind.PERSON
    sender = sender_of(mail, is_person=is_person)
    thread = threading.thread_of(mail, sender)
    words = _words(mail, files.enter(attachments, by=sender.user))
    ticket, email.may_belong_to = thread.ticket, thread.may_belong_to
    if ticket is None or (is_person and _is_closed_to(sender, ticket)):
        _open(email, mail, sender, words, follows_up=ticket)
        return
    email.ticket, email.outcome = ticket, Outcome.APPENDED
    email.message = _append(email, ticket, sender, words)
    if is_person and not _is_desk(sender, ticket):
        join_by_mail(ticket, _newly_named(mail, ticket.requester), by=sender.user)


def _open(
    email: IncomingEmail, mail: Mail, sender: Sender, words: Words, *, follows_up: Ticket | None
) -> None:
    is_person = email.kind == Kind.PERSON
    # Before the ticket is made, as letters about it ask for it.
    email.is_answered = receipts.may_have_receipt(email, sender.user)
    ticket = open_ticket(
        NewTicket(
            requester=sender.user,
            subject=threading.without_tags(mail.subject) or _("(no subject)"),
            channel=MAIL,
            created_at=email.received_at,
            is_automatic=not is_person,
            follows_up=follows_up,
            followers=_newly_named(mail, sender.user) if is_person else (),
            **words,
        ),
        by=sender.user,
    )
    email.ticket, email.outcome = ticket, Outcome.CREATED
    email.message_id = ticket.messages.values_list("pk", flat=True).earliest("pk")


def _append(email: IncomingEmail, ticket: Ticket, sender: Sender, words: Words) -> Message:
    user = sender.user
    if email.kind != Kind.PERSON:
        return add_machine_mail(ticket, Text(channel=MAIL, is_automatic=True, **words), by=user)
    if _is_desk(sender, ticket):
        return _answer_of_desk(ticket, user, words)
    text = Text(channel=MAIL, is_silent=receipts.is_silent(ticket), **words)
    if ticket.status == Status.SOLVED and is_only_thanks(words["visible_text"] or words["body"]):
        return thank(ticket, text, by=user)
    return reply(ticket, text, by=user)


def _answer_of_desk(ticket: Ticket, agent: User, words: Words) -> Message:
    """An agent answers from the mailbox: without what was quoted, which was for that agent."""
    body = words["visible_text"] or words["body"]
    text = Text(
        body,
        channel=MAIL,
        html=words["visible_html"] or words["html"],
        attachments=words["attachments"],
        mail_message_id=words["mail_message_id"],
    )
    noted = _note.match(body)
    if noted or ticket.status == Status.CLOSED:
        said = body[noted.end() :] if noted else body
        return add_note(ticket, replace(text, body=said.strip(), html=""), by=agent)
    return reply(ticket, text, by=agent)


def _is_desk(sender: Sender, ticket: Ticket) -> bool:
    return sender.user.is_agent and sender.user.pk != ticket.requester_id


def _is_closed_to(sender: Sender, ticket: Ticket) -> bool:
    """A later reply to a closed ticket asks on in a new one; agents may still note."""
    return ticket.status == Status.CLOSED and not _is_desk(sender, ticket)


def _newly_named(mail: Mail, requester: User) -> list[User]:
    """Who is in To or Cc and reads along from now on, as the desk's rules say."""
    named = [one.email for one in [*mail.to, *mail.cc] if one.email and not is_own(one.email)]
    allowed = (
        MailPolicy.current().cc_become_followers if named else MailPolicy.NewParticipants.NOBODY
    )
    if allowed == MailPolicy.NewParticipants.NOBODY:
        return []
    known = User.objects.active().filter(email__in=named).exclude(pk=requester.pk)
    if allowed == MailPolicy.NewParticipants.COLLEAGUES:
        if requester.organisation_id is None:
            return []
        known = known.filter(organisation=requester.organisation_id)
    return list(known.order_by("pk")[:20])


# --- words ----------------------------------------------------------------------------------


def _words(mail: Mail, attachments: list[Attachment]) -> Words:
    folded = mail.visible_text != mail.body_text.strip("\n ")
    visible_html = files.placed(mail.visible_html, attachments)
    if folded and not mail.body_html:
        visible_html = sanitiser.from_plain_text(mail.visible_text)
    return Words(
        body=mail.body_text,
        html=files.placed(mail.body_html, attachments),
        visible_text=mail.visible_text if folded else "",
        visible_html=visible_html,
        attachments=attachments,
        mail_message_id=mail.message_id[:LONGEST_ID],
    )


# --- reports --------------------------------------------------------------------------------


def _take_report(email: IncomingEmail, mail: Mail, attachments: list[Attachment]) -> None:
    about = bounces.mail_reported(mail)
    failures = bounces.failures(mail, about) if about else []
    if about is not None:
        bounces.note_failures(about, failures)
    ticket = Ticket.objects.filter(pk=about.ticket).first() if about and about.ticket else None
    if ticket is None:
        email.outcome, email.reason = Outcome.IGNORED, Reason.BOUNCE
        return
    body = f"{bounces.summary(failures)}\n\n{mail.body_text}".strip()
    text = Text(
        body,
        channel=MAIL,
        is_automatic=True,
        attachments=files.enter(attachments, by=None),
        mail_message_id=mail.message_id[:LONGEST_ID],
    )
    email.ticket, email.outcome = ticket, Outcome.APPENDED
    email.message = add_report(ticket, text)
