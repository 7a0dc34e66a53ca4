"""A closed ticket loses what it says of people; what figures are made of stays."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets import search
from tickets.actions.drafting import erase
from tickets.actions.locking import guard, lock
from tickets.actions.transitions import move
from tickets.events import record_event, verb
from tickets.models import Attachment, Draft, Forwarding, IncomingEmail, Message, Rating, Ticket
from tickets.privacy import traces

Status = Ticket.Status


@verb
def anonymise(ticket: Ticket, *, by: User | None, cause: str) -> bool:
    """Takes the people off a ticket; False when that was done before.

    Requester and writers become nobody in particular; subject, texts, answers of the form, phone
    number, files, drafts, followers, the words of search and the copies of mail are gone. Number,
    organisation, service, category, priority, moments, log and clocks stay. `cause` is
    `retention` or `erasure`; who is forgotten takes unsolved tickets along, which are closed, as
    are spam and tests.
    """
    ticket = lock(ticket)
    if ticket.anonymised_at is not None:
        return False
    is_over = ticket.is_solved or ticket.is_aside
    guard(is_over or cause == "erasure", _("This ticket is not solved yet."))
    if not ticket.is_solved:
        move(ticket, Status.SOLVED, by=by, cause="rule")
    if ticket.status != Status.CLOSED:
        move(ticket, Status.CLOSED, by=by, cause="rule")
    nobody = User.objects.nobody()
    _wipe_messages(ticket, nobody)
    for draft in Draft.objects.filter(ticket=ticket):
        for file in draft.attachments.filter(message=None):
            erase(file)
        draft.delete()
    ticket.followers.all().delete()
    ticket.read_marks.all().delete()
    Rating.objects.filter(ticket=ticket).update(comment="")
    Forwarding.objects.filter(ticket=ticket).update(subject=_subject())
    traces.forget_mail_about(ticket)
    _wipe(ticket, nobody)
    search.refresh(ticket)
    record_event(ticket, "anonymised", by=by, cause=cause)
    return True


@transaction.atomic
def wipe_message(message: Message) -> None:
    """Text, files and raw mail of one message are gone; that it was written stays."""
    _wipe_copies(Message.objects.filter(pk=message.pk))
    traces.forget_mail_in(IncomingEmail.objects.filter(message=message))
    for file in Attachment.objects.filter(message=message):
        erase(file)
    Message.objects.filter(pk=message.pk).update(**_emptied())


def _wipe_messages(ticket: Ticket, nobody: User) -> None:
    for file in Attachment.objects.filter(message__ticket=ticket):
        erase(file)
    messages = Message.objects.filter(ticket=ticket)
    _wipe_copies(messages)
    messages.filter(side=Message.Side.REQUESTER).update(author=nobody)
    messages.update(**_emptied())


def _wipe_copies(messages: QuerySet[Message]) -> None:
    """What became a supplier's answer on another ticket says it no longer either."""
    copies = list(Message.objects.filter(taken_from__in=messages).select_related("ticket"))
    Message.objects.filter(pk__in=[copy.pk for copy in copies]).update(**_emptied())
    for copy in copies:
        search.refresh(copy.ticket)


def _emptied() -> dict[str, str]:
    # Stored, so in the language of the desk and not in that of whoever does it.
    with translation.override(settings.LANGUAGE_CODE):
        words = _("This text is no longer kept.")
    return {
        "body_text": words,
        "body_html": f"<p>{words}</p>",
        "visible_text": "",
        "visible_html": "",
        "mail_message_id": "",
    }


def _subject() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("No longer kept")


def _wipe(ticket: Ticket, nobody: User) -> None:
    ticket.subject = _subject()
    ticket.requester = nobody
    ticket.intake = {}
    ticket.callback_phone = ticket.callback_when = ""
    ticket.callback_open = False
    ticket.submission_token = None
    ticket.anonymised_at = ticket.updated_at = timezone.now()
    ticket.save()
