"""The ticket: what is true now. How it came so is in its event log."""

import datetime as dt

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.accounts.models import Branch, Organisation, Team
from servicedesk.catalogue.models import Category, Kwis, Service
from tickets.querysets import TicketQuerySet

#: Where tickets without a running clock stand in a queue: after all others.
NOT_DUE = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
#: Days in which a solved ticket can be reopened where no policy says otherwise.
REOPEN_DAYS = 14


def urgency() -> Coalesce:
    """The order of every queue: the next due moment, tickets that wait for others last."""
    return Coalesce(F("next_due_at"), Value(NOT_DUE, output_field=models.DateTimeField()))


class Ticket(models.Model):
    """One question of one requester. Changes only through the verbs of `tickets.actions`."""

    class Status(models.TextChoices):
        NEW = "new", pgettext_lazy("ticket status", "New")
        OPEN = "open", pgettext_lazy("ticket status", "Open")
        PENDING = "pending", pgettext_lazy("ticket status", "Waiting for requester")
        ON_HOLD = "on_hold", pgettext_lazy("ticket status", "Waiting for supplier")
        SOLVED = "solved", pgettext_lazy("ticket status", "Solved")
        CLOSED = "closed", pgettext_lazy("ticket status", "Closed")

    class Priority(models.TextChoices):
        LOW = "low", pgettext_lazy("priority", "Low")
        NORMAL = "normal", pgettext_lazy("priority", "Normal")
        HIGH = "high", pgettext_lazy("priority", "High")
        URGENT = "urgent", pgettext_lazy("priority", "Urgent")

    class Channel(models.TextChoices):
        PORTAL = "portal", pgettext_lazy("channel", "Portal")
        MAIL = "mail", pgettext_lazy("channel", "Mail")
        PHONE = "phone", pgettext_lazy("channel", "Phone")
        DESK = "desk", pgettext_lazy("channel", "Desk")
        CHAT = "chat", pgettext_lazy("channel", "Chat")
        POST = "post", pgettext_lazy("channel", "Post")
        MONITOR = "monitor", pgettext_lazy("channel", "Monitor")
        API = "api", pgettext_lazy("channel", "API")

    class Impact(models.TextChoices):
        ALONE = "alone", _("Only me, I can go on working")
        SEVERAL = "several", _("Several colleagues, we can go on working")
        BLOCKED = "blocked", _("Blocking, we cannot work")
        PUBLIC = "public", _("The public is affected")

    class Outside(models.TextChoices):
        """Why a ticket is in no SLA count."""

        MERGED = "merged", pgettext_lazy("ticket outside of counts", "Merged")
        SPAM = "spam", pgettext_lazy("ticket outside of counts", "Spam")
        TEST = "test", pgettext_lazy("ticket outside of counts", "Test")
        IMPORTED = "imported", pgettext_lazy("ticket outside of counts", "Imported")

    #: Set aside by an agent: in no queue and no search either, until it is taken back.
    ASIDE = (Outside.SPAM, Outside.TEST)

    #: Statuses in which somebody still has to act.
    UNSOLVED = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)

    subject = models.CharField(_("subject"), max_length=200)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requester"),
        on_delete=models.PROTECT,
        related_name="requested_tickets",
        db_index=False,
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    branch = models.ForeignKey(
        Branch,
        verbose_name=_("branch"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    kwis = models.CharField(_("KWIS kind"), max_length=20, choices=Kwis, default=Kwis.INFORMATION)
    #: An agent chose the kind, so a category no longer replaces it.
    kwis_by_hand = models.BooleanField(default=False)
    impact = models.CharField(_("impact"), max_length=20, choices=Impact, blank=True)
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority, default=Priority.NORMAL
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        db_index=False,
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_tickets",
        db_index=False,
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    #: The answers of the guided form by key: since, frequency, steps, numbers of the service …
    intake = models.JSONField(default=dict, blank=True)
    #: How complete the intake was when sent, in percent; empty for tickets without a form.
    completeness = models.PositiveSmallIntegerField(null=True, blank=True)
    callback_phone = models.CharField(_("phone number"), max_length=40, blank=True)
    callback_when = models.CharField(_("when to call"), max_length=120, blank=True)
    #: The requester asked to be phoned and nobody has called yet.
    callback_open = models.BooleanField(default=False)
    follows_up = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    #: Where its conversation goes on; it is closed itself. May be merged on in its turn.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged",
        db_index=False,
    )
    #: Why it counts in no figure; empty for the tickets that count. Follows from the log.
    outside = models.CharField(
        _("outside of counts"),
        max_length=10,
        choices=Outside,
        blank=True,
        default="",
        db_default="",
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    #: The last solve, empty while the ticket is (again) unsolved.
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    #: These three are written by sla through `TicketQuerySet.set_promised` only. Both moments are
    #: empty when all clocks stand still.
    next_due_at = models.DateTimeField(null=True, blank=True)
    at_risk_at = models.DateTimeField(null=True, blank=True)
    #: So many days after its solve it can be reopened; then it closes.
    reopen_days = models.PositiveSmallIntegerField(default=REOPEN_DAYS, db_default=REOPEN_DAYS)
    #: When what it says of people was taken away; `tickets.actions.anonymising` does that.
    anonymised_at = models.DateTimeField(null=True, blank=True)
    #: Makes a double submit of one form one ticket.
    submission_token = models.UUIDField(null=True, blank=True, unique=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        constraints = [
            models.CheckConstraint(
                name="ticket_solved_has_moment",
                condition=Q(status__in=["solved", "closed"], solved_at__isnull=False)
                | Q(status__in=["new", "open", "pending", "on_hold"], solved_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["requester", "-id"], name="ticket_requester"),
            models.Index(fields=["organisation", "-id"], name="ticket_organisation"),
            models.Index(fields=["created_at"], include=["outside"], name="ticket_created_counted"),
            models.Index(
                fields=["solved_at", "category"],
                include=["outside"],
                name="ticket_solved_counted",
                condition=Q(solved_at__isnull=False),
            ),
            models.Index(
                fields=["outside", "-id"], name="ticket_outside", condition=~Q(outside="")
            ),
            models.Index(  # what rules of retention look through
                fields=["solved_at"],
                name="ticket_retained",
                condition=Q(status="closed", anonymised_at__isnull=True),
            ),
            models.Index(
                fields=["merged_into"],
                name="ticket_merged_into",
                condition=Q(merged_into__isnull=False),
            ),
            models.Index(
                urgency(),
                "id",
                name="ticket_urgency",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                "team",
                urgency(),
                "id",
                name="ticket_team_urgency",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                "assignee",
                urgency(),
                "id",
                name="ticket_assignee_urgency",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                "organisation",
                urgency(),
                "id",
                name="ticket_organisation_urgency",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                "status",
                urgency(),
                "id",
                name="ticket_status_urgency",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(  # holds all that queues are counted by
                fields=["status", "team"],
                include=["assignee", "at_risk_at", "callback_open", "outside"],
                name="ticket_tally_counted",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                urgency(),
                "id",
                name="ticket_call_back",
                condition=Q(status__in=["new", "open", "pending", "on_hold"], callback_open=True),
            ),
            models.Index(
                fields=["solved_at"], name="ticket_to_close", condition=Q(status="solved")
            ),
            models.Index(
                fields=["solved_at"],
                name="ticket_kept",
                condition=Q(status="closed", anonymised_at=None),
            ),
            GinIndex(OpClass(Upper("subject"), name="gin_trgm_ops"), name="ticket_subject_trigram"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("tickets:ticket-detail", args=[self.pk])

    @property
    def number(self) -> int:
        """The public number: what people read, type and mail."""
        return self.pk

    @property
    def tag(self) -> str:
        """What the subject of a mail holds to find this ticket again. It proves nothing."""
        return f"[#{self.pk}]"

    @property
    def is_solved(self) -> bool:
        return self.status in {self.Status.SOLVED, self.Status.CLOSED}

    @property
    def is_aside(self) -> bool:
        """Spam or a test: nobody works on it."""
        return self.outside in self.ASIDE
