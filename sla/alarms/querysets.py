"""Reading alarms, deliveries and shifts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

if TYPE_CHECKING:
    from servicedesk.accounts.models import User

#: So long after it was taken an alarm still says by whom on every page.
SHOWN_AFTER = dt.timedelta(minutes=15)
#: No attempt to tell somebody is planned further ahead.
LONGEST_PAUSE = dt.timedelta(minutes=5)


class AlarmQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> AlarmQuerySet:
        """For the desk only."""
        return self if user.is_active and user.is_agent else self.none()

    def standing(self) -> AlarmQuerySet:
        """The outage goes on."""
        return self.filter(ended_at__isnull=True)

    def on_pages(self, now: dt.datetime) -> AlarmQuerySet:
        """What every open page shows now: what rings or still will, and what was taken just now."""
        shown = Q(taken_at__isnull=True) | Q(taken_at__gt=now - SHOWN_AFTER)
        return self.standing().filter(shown).order_by("pk")

    def to_step(self, now: dt.datetime) -> AlarmQuerySet:
        """Those whose next people have to be told, the longest overdue first."""
        return self.filter(next_step_at__lte=now).order_by("next_step_at", "pk")

    def asleep(self, now: dt.datetime, until: dt.datetime) -> AlarmQuerySet:
        """Those that ring only later than now, or have a next step later than `until`."""
        later = Q(next_step_at__gt=until) | Q(next_step_at__isnull=False, rings_at__gt=now)
        return self.filter(later).order_by("pk")

    def for_rows(self) -> AlarmQuerySet:
        """With what a row or the banner shows: a constant number of queries. `first_words` are
        those of the first report: for the desk, not for everybody.
        """
        links = apps.get_model("availability", "OutageTicket").objects
        first = links.filter(outage=OuterRef("outage")).order_by("pk")
        return self.select_related("outage__service", "taken_by").annotate(
            first_words=Subquery(first.values("ticket__subject")[:1]),
            reports=Count("outage__ticket_links", distinct=True),
            organisations=Count("outage__ticket_links__ticket__organisation", distinct=True),
        )


class ChannelQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ChannelQuerySet:
        """One's own."""
        return self.filter(person=user) if user.is_active else self.none()

    def active(self) -> ChannelQuerySet:
        return self.filter(is_active=True)


class DeliveryQuerySet(models.QuerySet):
    def waiting(self, now: dt.datetime) -> DeliveryQuerySet:
        """To be sent now; also what a clock that was set back would keep for later."""
        due = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + LONGEST_PAUSE)
        return self.filter(due, state="waiting").order_by("next_attempt_at")


class ShiftQuerySet(models.QuerySet):
    def standing(self) -> ShiftQuerySet:
        return self.filter(withdrawn_at__isnull=True, person__is_active=True)

    def touching(self, first: dt.date, last: dt.date) -> ShiftQuerySet:
        """With at least a day from `first` up to and including `last`; the latest made last."""
        days = self.filter(last_day__gte=first, first_day__lte=last)
        return days.select_related("person").order_by("pk")
