"""A question while it is being asked: what was typed so far, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servicedesk.accounts.models import User
from servicedesk.catalogue.models import IntakeQuestion, Service
from tickets.intake.questions import WITH_NUMBERS, Sort, sort_of

Typed = Mapping[str, str | list[str]]

#: What stands in the list of services for “I do not know”.
NO_IDEA = "unknown"
NUMBER = "number_"


@dataclass(frozen=True)
class Asking:
    """Nothing in it is checked. `services` are those this person may ask about."""

    typed: Typed
    services: tuple[Service, ...]
    files: int = 0

    @classmethod
    def read(cls, user: User, typed: Typed, *, files: int = 0) -> Asking:
        """What `user` typed, with the services and their questions in two queries."""
        services = Service.objects.active().visible_to(user).prefetch_related("intake_questions")
        return cls(typed, tuple(services), files)

    def text(self, name: str) -> str:
        value = self.typed.get(name, "")
        return (value if isinstance(value, str) else value[0]).strip()

    def many(self, name: str) -> list[str]:
        value = self.typed.get(name, [])
        return [value] if isinstance(value, str) else value

    @property
    def sort(self) -> str:
        return sort_of(self.text("kind"), self.text("variant"))

    @property
    def systems(self) -> list[Service]:
        """To what access is asked."""
        chosen = self.many("systems")
        return [service for service in self.with_access if service.slug in chosen]

    @property
    def with_access(self) -> list[Service]:
        return [service for service in self.services if service.access_name]

    @property
    def service(self) -> Service | None:
        """What it is about; of an access request the first thing to get access to."""
        if self.sort == Sort.ACCESS:
            return next(iter(self.systems), None)
        slug = self.text("service")
        return next((service for service in self.services if service.slug == slug), None)

    @property
    def questions(self) -> list[IntakeQuestion]:
        """The service's own questions that belong to this sort."""
        if self.service is None or self.sort not in WITH_NUMBERS:
            return []
        disrupted = self.sort == Sort.DISRUPTION
        mine = self.service.intake_questions.all()
        return [question for question in mine if disrupted or not question.only_disruptions]

    @property
    def words(self) -> str:
        """Subject and description, as one text to search and to read for hints."""
        return f"{self.text('subject')}\n{self.text('body')}".strip()
