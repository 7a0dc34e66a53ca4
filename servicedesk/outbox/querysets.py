"""Reading the outbox: what still waits, what went wrong, what somebody looks for."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q

UNSENT = ("waiting", "sending")


class OutgoingEmailQuerySet(models.QuerySet):
    def unsent(self) -> OutgoingEmailQuerySet:
        """Waiting, or being sent now."""
        return self.filter(state__in=UNSENT)

    def failed(self) -> OutgoingEmailQuerySet:
        """Given up: somebody has to do something."""
        return self.filter(state="failed")

    def of_thread(self, thread: str) -> OutgoingEmailQuerySet:
        return self.filter(thread=thread)

    def of_tickets(self, *numbers: int) -> OutgoingEmailQuerySet:
        """All that is about these tickets, what goes to suppliers too."""
        wanted = Q(thread__in=[f"ticket:{number}" for number in numbers])
        for number in numbers:
            wanted |= Q(thread__startswith=f"ticket:{number}:")
        return self.filter(wanted)

    def first_of_their_thread(self) -> OutgoingEmailQuerySet:
        """Nothing earlier of the same thread waits, so that its mails arrive in order."""
        earlier = self.model._base_manager.filter(
            thread=OuterRef("thread"), pk__lt=OuterRef("pk"), state__in=UNSENT
        )
        return self.filter(~Exists(earlier))

    def due(
        self, now: dt.datetime | None, *, left_behind_since: dt.datetime
    ) -> OutgoingEmailQuerySet:
        """To be sent now (without `now`: all that wait), and those whose sender died."""
        waits = Q(state="waiting") if now is None else Q(state="waiting", next_attempt_at__lte=now)
        return self.filter(waits | Q(state="sending", claimed_at__lt=left_behind_since))

    def matching(self, words: str) -> OutgoingEmailQuerySet:
        """Those to an address, or about a ticket: its number, with or without a #."""
        words = words.strip()
        number = words.removeprefix("#")
        if number.isascii() and number.isdecimal():
            return self.of_tickets(int(number))
        address = words.lower()
        return self.filter(Q(to__contains=[address]) | Q(cc__contains=[address]))
