"""Where scenes are played: people by their names, and moments before now."""

import datetime as dt

from django.utils import timezone

from servicedesk.catalogue.models import Category, Service
from servicedesk.local.demo.cast import Cast, Person
from servicedesk.local.demo.facts import Kind
from servicedesk.local.demo.office_time import HOUR, OfficeTime, moment

MINUTE = 60


class Stage:
    """Gives scenes what they need; every moment it gives has passed."""

    def __init__(self, cast: Cast, office: OfficeTime, now: int) -> None:
        self.cast, self.office, self.now = cast, office, now
        self.people = {person.name: person for person in cast.by_email.values()}
        self.services = {service.slug: service for service in Service.objects.all()}
        self.kinds = {
            slug: Kind(pk, kwis)
            for slug, pk, kwis in Category.objects.values_list("slug", "pk", "kwis")
        }

    def worked(self, hours: float) -> int:
        """The moment since which the desk worked for so long."""
        return min(self.office.ago(self.now, int(hours * HOUR)), self.now)

    def passed(self, minutes: float) -> int:
        """So many minutes ago by the clock on the wall."""
        return self.now - int(minutes * MINUTE)

    def night(self, part: float) -> int:
        """Somewhere after the last closing and before the next opening: 0 is right at closing.

        While the desk is open that was last night, else it is this one, until now.
        """
        closed = self.office.last_closing(self.now)
        opening = self.office.after(closed, 1) - 1
        end = min(self.now, opening, closed + 6 * HOUR)
        return closed + 1 + int(part * max(end - closed - 2, 0))

    def local(self, at: int) -> dt.datetime:
        return timezone.localtime(moment(at))

    def person(self, who: str) -> Person:
        """By address, or by name."""
        return self.cast.by_email.get(who) or self.people[who]

    def somebody(self, organisation: str, position: int = 0) -> Person:
        """One of the staff of a member."""
        staff = self.cast.place(organisation).staff
        return staff[position % len(staff)]
