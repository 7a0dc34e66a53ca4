"""What is promised to whom, and the promise each ticket got."""

from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Organisation
from servicedesk.catalogue.models import Category, Service
from servicedesk.lib.bounds import within_bounds
from sla.legs import Metric, PauseRules
from sla.models.calendars import SINCE_EVER, BusinessCalendar, CalendarVersion
from sla.querysets import PromiseQuerySet
from sla.readings import Targets
from sla.waiting import WaitingRules
from tickets.models import REOPEN_DAYS, Ticket

MINUTES = _("In business minutes. Empty: nothing is promised.")
#: Longer, and a ticket that comes back is another one.
LONGEST_REOPEN = 90
DAYS = _("Business days of waiting for the requester. Empty: never.")


class Policy(models.Model):
    """A promise by its name and its place in the order; the first one that matches counts.

    What it promises, and to which tickets, is in its versions.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The first policy that matches counts.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """What a policy promises from one moment on, and for which tickets. Never changed: another
    promise, another row.
    """

    policy = models.ForeignKey(
        Policy,
        verbose_name=_("policy"),
        on_delete=models.PROTECT,
        related_name="versions",
        db_index=False,
    )
    valid_from = models.DateTimeField(
        _("valid from"),
        default=timezone.now,
        validators=[within_bounds],
        help_text=_("Tickets of before keep the version they have."),
    )
    calendar = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("business calendar"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    service = models.ForeignKey(
        Service,
        verbose_name=_("service"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("With all services that are part of it. Empty: any."),
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    priority = models.CharField(_("priority"), max_length=10, choices=Ticket.Priority, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Ticket.Channel, blank=True)
    first_response = models.PositiveIntegerField(
        _("first response"), null=True, blank=True, help_text=MINUTES
    )
    next_response = models.PositiveIntegerField(
        _("next response"), null=True, blank=True, help_text=MINUTES
    )
    resolution = models.PositiveIntegerField(
        _("resolution"), null=True, blank=True, help_text=MINUTES
    )
    assignment = models.PositiveIntegerField(
        _("assignment"), null=True, blank=True, help_text=MINUTES
    )
    by_priority = models.JSONField(
        _("other targets by priority"),
        default=dict,
        blank=True,
        help_text=_('Such as {"urgent": {"first_response": 60, "resolution": 240}}'),
    )
    pause_on_hold = models.BooleanField(
        _("pause while waiting for a supplier"),
        default=False,
        help_text=_("The resolution clock always pauses while waiting for the requester."),
    )
    remind_after = models.PositiveSmallIntegerField(
        _("first reminder"), null=True, blank=True, default=3, db_default=3, help_text=DAYS
    )
    remind_again_after = models.PositiveSmallIntegerField(
        _("second reminder"), null=True, blank=True, default=6, db_default=6, help_text=DAYS
    )
    solve_after = models.PositiveSmallIntegerField(
        _("solved unanswered"),
        null=True,
        blank=True,
        default=9,
        db_default=9,
        help_text=DAYS,
    )
    close_after = models.PositiveSmallIntegerField(
        _("days to reopen"),
        default=REOPEN_DAYS,
        db_default=REOPEN_DAYS,
        help_text=_("Days in which a solved ticket can be reopened; then it closes."),
    )
    #: Who made it; empty for what a new desk starts with.
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["policy", "-valid_from"]
        verbose_name = _("version of a policy")
        verbose_name_plural = _("versions of policies")
        constraints = [
            models.UniqueConstraint(fields=["policy", "valid_from"], name="policy_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.valid_from:%Y-%m-%d}"

    def clean(self) -> None:
        targets = [getattr(self, metric) for metric in Metric]
        if 0 in targets:
            raise ValidationError(gettext("A target needs at least one minute."))
        if not 1 <= self.close_after <= LONGEST_REOPEN:
            raise ValidationError(
                gettext("A solved ticket can be reopened for 1 to %s days.") % LONGEST_REOPEN
            )
        if 0 in (self.remind_after, self.remind_again_after, self.solve_after):
            raise ValidationError(gettext("A reminder needs at least one business day."))
        if not _is_rising(self.waiting):
            raise ValidationError(
                gettext("The steps of waiting come one after the other, each a day later at least.")
            )
        if not _is_table(self.by_priority):
            raise ValidationError(
                gettext("Targets by priority name a priority, a clock and its minutes.")
            )

    @property
    def is_first(self) -> bool:
        """The one a new desk begins with: it holds for all that is older than any other."""
        return self.valid_from == SINCE_EVER

    @property
    def is_future(self) -> bool:
        """It does not hold yet."""
        return self.valid_from > timezone.now()

    def wants(self, condition: str) -> int | str | None:
        """The id or value that a ticket must have to match; nothing: any."""
        column = condition if condition in ("priority", "channel") else f"{condition}_id"
        wanted: int | str | None = getattr(self, column)
        return wanted

    def targets(self, priority: str) -> Targets:
        """The targets of a ticket of that priority, in seconds."""
        minutes = {metric.value: getattr(self, metric) for metric in Metric}
        minutes.update(self.by_priority.get(priority, {}))
        return Targets(
            **{metric: None if count is None else count * 60 for metric, count in minutes.items()}
        )

    @property
    def waiting(self) -> WaitingRules:
        """What is done by itself while a ticket waits for its requester."""
        return WaitingRules(self.remind_after, self.remind_again_after, self.solve_after)

    @property
    def pauses(self) -> PauseRules:
        """In which statuses the resolution clock stands still."""
        return PauseRules(on_hold=self.pause_on_hold)


class TicketPromise(models.Model):
    """The versions a ticket got at its creation and keeps, and how far its log was folded."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="promise"
    )
    #: Both empty: no policy matched, nothing is promised.
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_version = models.ForeignKey(
        CalendarVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: When a waiting rule has something to do next; empty while it has not.
    next_step_at = models.DateTimeField(null=True, blank=True)
    #: The last event that the clocks know; 0 before the first.
    folded = models.BigIntegerField(default=0)

    #: The assignments of the ticket, where `sla.dispatch.with_assignments` asked for them.
    given: list[dict[str, Any]]

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(
                fields=["next_step_at"],
                name="promise_step",
                condition=models.Q(next_step_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="promise_whole",
                condition=models.Q(policy_version__isnull=True, calendar_version__isnull=True)
                | models.Q(policy_version__isnull=False, calendar_version__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"


def _is_rising(rules: WaitingRules) -> bool:
    days = [count for _step, count in rules.steps]
    return all(earlier < later for earlier, later in pairwise(days))


def _is_table(by_priority: Any) -> bool:
    def is_row(targets: Any) -> bool:
        return isinstance(targets, dict) and all(
            metric in set(Metric) and (minutes is None or (type(minutes) is int and minutes > 0))
            for metric, minutes in targets.items()
        )

    return isinstance(by_priority, dict) and all(
        priority in Ticket.Priority.values and is_row(targets)
        for priority, targets in by_priority.items()
    )
