"""Everybody a ticket can be about, read once and kept small."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from servicedesk.accounts.demo import DEMO_DOMAIN
from servicedesk.accounts.models import Branch, MailDomain, Membership, Team, User

#: Who raises what the monitors see.
MONITOR = "bewaking@desk.example"


@dataclass(frozen=True)
class Person:
    """As much of a person as a ticket needs."""

    id: int
    name: str
    first_name: str
    email: str
    organisation: int | None
    organisation_name: str
    #: The team of somebody who answers tickets.
    team: int | None = None


@dataclass(frozen=True)
class Place:
    """An organisation as its tickets tell of it."""

    name: str
    kind: str
    website: str
    branches: list[tuple[int, str]]
    staff: list[Person]


@dataclass(frozen=True)
class Cast:
    """The people by what they do."""

    places: list[Place]
    #: How often each place asks, beside the others.
    weights: list[float]
    agents: dict[int, list[Person]]
    team_ids: dict[str, int]
    monitor: Person
    by_email: dict[str, Person] = field(repr=False)

    def place(self, name: str) -> Place:
        return next(place for place in self.places if place.name == name)


def read_cast(dice: Random) -> Cast:
    """The people that are there, and how often each place asks."""
    people = _people()
    agents = _agents_by_team(people)
    places = _places(people)
    return Cast(
        places=places,
        weights=[len(place.staff) * dice.uniform(0.6, 1.6) for place in places],
        agents=agents,
        team_ids=dict(Team.objects.values_list("slug", "pk")),
        monitor=people[MONITOR],
        by_email=people,
    )


def _people() -> dict[str, Person]:
    rows = User.objects.order_by("pk").values_list(
        "pk", "name", "email", "organisation_id", "organisation__name"
    )
    return {
        email: Person(pk, name, name.split(" ")[0], email, organisation, organisation_name or "")
        for pk, name, email, organisation, organisation_name in rows
    }


def _agents_by_team(people: dict[str, Person]) -> dict[int, list[Person]]:
    """Those who answer tickets: not the manager, who only reads along with the first line."""
    agents: dict[int, list[Person]] = defaultdict(list)
    rows = Membership.objects.filter(user__role=User.Role.AGENT).order_by("pk")
    for team, email in rows.values_list("team_id", "user__email"):
        people[email] = replace(people[email], team=team)
        agents[team].append(people[email])
    return dict(agents)


def _places(people: dict[str, Person]) -> list[Place]:
    """Members with staff and branches; the desk's own house asks nothing."""
    staff: dict[int | None, list[Person]] = defaultdict(list)
    # The first of a staff ask most; a visitor's own list shall stay readable.
    for person in sorted(people.values(), key=lambda one: one.email.endswith(f"@{DEMO_DOMAIN}")):
        staff[person.organisation].append(person)
    branches: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for pk, organisation, name in Branch.objects.order_by("pk").values_list(
        "pk", "organisation_id", "name"
    ):
        branches[organisation].append((pk, name))
    rows = MailDomain.objects.exclude(organisation__kind="internal").order_by("pk")
    return [
        Place(name, kind, f"www.{domain}", branches[pk], staff[pk])
        for pk, name, kind, domain in rows.values_list(
            "organisation_id", "organisation__name", "organisation__kind", "domain"
        )
        if branches[pk] and staff[pk]
    ]
