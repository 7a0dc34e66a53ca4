"""Who hears of an update of an outage, once each: on their ticket, by mail, or both.

reader                                   where                              mail
---------------------------------------  ---------------------------------  --------------------
people of a linked ticket                a notice on the ticket             update, in its thread
the same, when the end solves tickets    an answer that solves it           the ticket's "solved"
followers of the outage                  the page of the outage             update
subscribers, where the service is public the page of the outage             update

Nobody is told of what they wrote themselves. Every part may run twice: messages and mails have a
key of their own, so a worker that dies in between is simply followed by another.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Category
from servicedesk.outbox.writing import Letter, message_id, post
from sla.availability.models import Outage, OutageTicket, OutageUpdate, StatusSubscriber
from sla.availability.status.subscribing import leave_url
from tickets.actions.noticing import post_notice
from tickets.actions.replying import Text, reply
from tickets.exceptions import TicketError
from tickets.models import Ticket

logger = logging.getLogger(__name__)

#: The category of a ticket that is solved with its outage and has none yet.
CATEGORY = "site-down"
_NAMESPACE = uuid.UUID("6d2b3c2e-6a1c-4a55-9a60-3f2f0a8d7c11")


def tell_waiting(*, limit: int = 100) -> int:
    """Tells updates that were not told yet, the oldest first; gives their count."""
    waiting = OutageUpdate.objects.filter(told_at__isnull=True).select_related(
        "outage__service", "author"
    )
    updates = list(waiting.order_by("pk")[:limit])
    for update in updates:
        tell(update)
    return len(updates)


def tell(update: OutageUpdate) -> None:
    """Tells everybody of one update. Telling again adds nothing."""
    round_ = _Round(update)
    if not update.outage.is_withdrawn:
        links = OutageTicket.objects.filter(outage=update.outage)
        tickets = [link.ticket for link in links.select_related("ticket__requester").order_by("pk")]
        if update.solves_tickets:
            tickets = [ticket for ticket in tickets if not round_.solve(ticket)]
        for ticket in tickets:
            round_.notice(ticket)
        for user in User.objects.active().filter(followed_outages__outage=update.outage):
            round_.mail(user)
        if is_public(update.outage):
            for subscriber in StatusSubscriber.objects.filter(confirmed_at__isnull=False):
                round_.mail_subscriber(subscriber)
    OutageUpdate.objects.filter(pk=update.pk, told_at=None).update(told_at=timezone.now())


@dataclass
class _Round:
    """One update on its way to its readers."""

    update: OutageUpdate
    told: set[int] = field(default_factory=set)
    #: Of those who were told, so that a subscription adds no second mail.
    addresses: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.update.author_id is not None:
            self.told.add(self.update.author_id)
        if self.update.author is not None:
            self.addresses.add(self.update.author.email.lower())

    def solve(self, ticket: Ticket) -> bool:
        """Answers and solves the ticket with the text; False when it is not the ticket's turn."""
        author, token = self.update.author, self._token(ticket)
        done = ticket.messages.filter(submission_token=token).exists()
        if author is None or (ticket.status not in Ticket.UNSOLVED and not done):
            return False
        category = None
        if ticket.category_id is None:
            category = Category.objects.filter(slug=CATEGORY, is_active=True).first()
        then = Ticket.Status.SOLVED
        with translation.override(ticket.requester.language):
            text = Text(self.update.words, token=token)
        try:
            reply(ticket, text, by=author, then=then, category=category)
        except TicketError as refusal:
            logger.warning("ticket %s not solved with its outage: %s", ticket.pk, refusal)
            return False
        people = _people(ticket)
        self.told.update(user.pk for user in people)
        self.addresses.update(user.email.lower() for user in people)
        return True

    def notice(self, ticket: Ticket) -> None:
        """Puts the text on the ticket and mails its people."""
        if ticket.status == Ticket.Status.CLOSED:
            return
        try:
            post_notice(
                ticket, self._words(ticket), by=self.update.author, token=self._token(ticket)
            )
        except TicketError as refusal:  # closed in this very moment
            logger.warning("ticket %s not told of its outage: %s", ticket.pk, refusal)
            return
        for user in _people(ticket):
            self.mail(user, ticket)

    def mail(self, user: User, ticket: Ticket | None = None) -> None:
        """One mail for each person, in the thread of a ticket where there is one."""
        if user.pk in self.told:
            return
        self.told.add(user.pk)
        self.addresses.add(user.email.lower())
        outage = self.update.outage
        page = reverse("availability:status-outage", kwargs={"pk": outage.pk})
        with translation.override(user.language):
            context = {
                "update": self.update,
                "outage": outage,
                "ticket": ticket,
                "language": user.language,
                "url": settings.DESK_BASE_URL + (ticket.get_absolute_url() if ticket else page),
            }
            about = f"{ticket.tag} {ticket.subject}" if ticket else outage.label
            root = message_id(f"ticket.{ticket.pk}" if ticket else f"outage.{outage.pk}")
            post(
                Letter(
                    key=f"outage-update.{self.update.pk}.{user.pk}",
                    thread=f"ticket:{ticket.pk}" if ticket else f"outage:{outage.pk}",
                    subject=about,
                    to=[user.email],
                    body_text=render_to_string("emails/outage.txt", context),
                    body_html=render_to_string("emails/outage.html", context),
                    headers={
                        "References": root,
                        "In-Reply-To": root,
                        "Auto-Submitted": "auto-generated",
                    },
                )
            )

    def mail_subscriber(self, subscriber: StatusSubscriber) -> None:
        """One mail for an address that nobody of the readers before has."""
        if subscriber.email.lower() in self.addresses:
            return
        outage = self.update.outage
        page = reverse("availability:status-outage", kwargs={"pk": outage.pk})
        stop = leave_url(subscriber)
        with translation.override(subscriber.language):
            context = {
                "update": self.update,
                "outage": outage,
                "language": subscriber.language,
                "url": settings.DESK_BASE_URL + page,
                "stop": stop,
            }
            post(
                Letter(
                    key=f"outage-update.{self.update.pk}.subscriber.{subscriber.pk}",
                    thread=f"status:{subscriber.pk}",
                    subject=outage.label,
                    to=[subscriber.email],
                    body_text=render_to_string("emails/outage.txt", context),
                    body_html=render_to_string("emails/outage.html", context),
                    headers={
                        "Auto-Submitted": "auto-generated",
                        "List-Unsubscribe": f"<{stop}>",
                    },
                )
            )

    def _words(self, ticket: Ticket) -> str:
        """What stands on the ticket: the text under the name and stage of the outage, as its
        requester reads."""
        with translation.override(ticket.requester.language):
            words = {"title": self.update.outage.label, "stage": self.update.get_stage_display()}
            return f"**{_('%(title)s: %(stage)s') % words}**\n\n{self.update.words}"

    def _token(self, ticket: Ticket) -> uuid.UUID:
        return uuid.uuid5(_NAMESPACE, f"{self.update.pk}.{ticket.pk}")


def is_public(outage: Outage) -> bool:
    """Its service is for everyone."""
    return outage.service.is_active and outage.service.visibility == "everyone"


def _people(ticket: Ticket) -> list[User]:
    """The requester and the followers who are still here."""
    with_them = Q(pk=ticket.requester_id) | Q(following__ticket=ticket.pk)
    return list(User.objects.active().filter(with_them).distinct().order_by("pk"))
