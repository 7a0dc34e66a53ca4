"""The invented people of the demo: members with their staff, and the teams of the desk."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from servicedesk.accounts.demo import DEMO_DOMAIN, DEMO_PASSWORD
from servicedesk.accounts.models import Branch, MailDomain, Membership, Organisation, Team, User
from servicedesk.local.demo.cast import MONITOR
from servicedesk.local.demo.names import JOB_TITLES, mailbox, new_name

Role, Sees = User.Role, User.Sees
#: Nobody signs in with this.
NO_PASSWORD = "!"  # noqa: S105
OWN_HOUSE = "Servicedesk (eigen huis)"

TEAMS = {
    "eerste-lijn": ("Eerste lijn", 1),
    "wise": ("Wise", 2),
    "websites": ("Websites", 2),
}
#: Name, team, leads it. Those who can be signed in as stand under LOGINS.
AGENTS = [
    ("Jonas Willems", "eerste-lijn", True),
    ("Eline Goossens", "eerste-lijn", False),
    ("Lotte Aerts", "eerste-lijn", False),
    ("Karim Haddad", "eerste-lijn", False),
    ("Hanne Mertens", "wise", True),
    ("Stijn Bogaerts", "wise", False),
    ("Tuur Coppens", "wise", False),
    ("Femke Wauters", "wise", False),
    ("Yasmina Benali", "websites", True),
    ("Pieter Lambrecht", "websites", False),
    ("Ilse Moens", "websites", False),
]


@dataclass(frozen=True)
class Login:
    """Somebody a visitor of the demo may be."""

    box: str
    name: str
    organisation: str
    role: str = Role.REQUESTER
    sees: str = Sees.OWN
    team: str = ""
    job_title: str = ""

    @property
    def email(self) -> str:
        return f"{self.box}@{DEMO_DOMAIN}"


LOGINS = [
    Login("melder", "Sofie Vermeer", "Bibliotheek Heidedal", job_title="medewerker balie"),
    Login(
        "collega",
        "Wout Claes",
        "Bibliotheek Heidedal",
        sees=Sees.ORGANISATION,
        job_title="hoofd bibliotheek",
    ),
    Login(
        "vreemde",
        "Vera Maes",
        "Cultuurhuis De Vlier",
        sees=Sees.ORGANISATION,
        job_title="webredacteur",
    ),
    Login("agent", "Noor Peeters", OWN_HOUSE, Role.AGENT, team="eerste-lijn"),
    Login("tweedelijn", "Bram Jacobs", OWN_HOUSE, Role.AGENT, team="websites"),
    Login("manager", "Katrien Smets", OWN_HOUSE, Role.MANAGER),
    Login("beheerder", "Dries Wouters", OWN_HOUSE, Role.ADMINISTRATOR),
]


def make_people(dice: Random, *, since: dt.datetime) -> None:
    """Makes the members, their staff and the desk's own people.

    They are there since the desk opened. What is there already, by name or address, is kept.
    """
    places = list(_places())
    _make_organisations(places)
    _make_teams()
    _make_users(dice, places, since)
    _make_memberships()


@dataclass(frozen=True)
class _Place:
    name: str
    kind: str
    domain: str
    branches: list[str]


def _places() -> Iterator[_Place]:
    text = Path(__file__).with_name("organisations.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, kind, domain, branches = (part.strip() for part in line.split("|"))
            yield _Place(name, kind, domain, [branch.strip() for branch in branches.split(",")])


def _make_organisations(places: list[_Place]) -> None:
    Organisation.objects.bulk_create(
        [Organisation(name=place.name, kind=place.kind) for place in places], ignore_conflicts=True
    )
    ids = _ids(Organisation, "name")
    MailDomain.objects.bulk_create(
        [MailDomain(organisation_id=ids[place.name], domain=place.domain) for place in places],
        ignore_conflicts=True,
    )
    Branch.objects.bulk_create(
        [
            Branch(organisation_id=ids[place.name], name=name, number=str(1011 + 10 * row + column))
            for row, place in enumerate(places)
            for column, name in enumerate(place.branches)
        ],
        ignore_conflicts=True,
    )


def _make_teams() -> None:
    Team.objects.bulk_create(
        [Team(slug=slug, name=name, line=line) for slug, (name, line) in TEAMS.items()],
        ignore_conflicts=True,
    )


def _make_users(dice: Random, places: list[_Place], since: dt.datetime) -> None:
    organisations = _ids(Organisation, "name")
    # Argon2 takes its time on purpose: once is enough.
    password = make_password(DEMO_PASSWORD)
    logins = [
        User(
            email=login.email,
            name=login.name,
            role=login.role,
            sees=login.sees,
            organisation_id=organisations[login.organisation],
            line=TEAMS[login.team][1] if login.team else None,
            job_title=login.job_title,
            phone=_phone(dice),
            password=password,
        )
        for login in LOGINS
    ]
    users = [*logins, *_agents(organisations), *_requesters(dice, places, organisations)]
    for user in users:
        user.created_at = since
    User.objects.bulk_create(users, ignore_conflicts=True)


def _agents(organisations: dict[str, int]) -> Iterator[User]:
    house = organisations[OWN_HOUSE]
    for name, team, _leads in AGENTS:
        yield User(
            email=f"{mailbox(name)}@desk.example",
            name=name,
            role=Role.AGENT,
            line=TEAMS[team][1],
            organisation_id=house,
            password=NO_PASSWORD,
        )
    yield User(email=MONITOR, name="Bewaking", organisation_id=house, password=NO_PASSWORD)


def _requesters(
    dice: Random, places: list[_Place], organisations: dict[str, int]
) -> Iterator[User]:
    taken = {login.name for login in LOGINS} | {name for name, *_rest in AGENTS}
    for place in places:
        if place.kind != Organisation.Kind.INTERNAL:
            for position in range(dice.randint(4, 10) if place.kind == "library" else 3):
                name = new_name(dice, taken)
                yield User(
                    email=f"{mailbox(name)}@{place.domain}",
                    name=name,
                    organisation_id=organisations[place.name],
                    sees=Sees.OWN if position else Sees.ORGANISATION,
                    job_title=dice.choice(JOB_TITLES) if position else "hoofd bibliotheek",
                    phone=_phone(dice) if dice.random() < 0.7 else "",
                    password=NO_PASSWORD,
                )


def _phone(dice: Random) -> str:
    # 0455 and 02 000: never given to anybody.
    return f"0455 {dice.randint(10, 99)} {dice.randint(10, 99)} {dice.randint(10, 99)}"


def _make_memberships() -> None:
    teams = _ids(Team, "slug")
    users = _ids(User, "email")
    members = [(f"{mailbox(name)}@desk.example", team, leads) for name, team, leads in AGENTS]
    members += [(login.email, login.team, False) for login in LOGINS if login.team]
    members += [
        (login.email, "eerste-lijn", False) for login in LOGINS if login.role == Role.MANAGER
    ]
    Membership.objects.bulk_create(
        [
            Membership(user_id=users[email], team_id=teams[team], is_lead=leads)
            for email, team, leads in members
        ],
        ignore_conflicts=True,
    )
    _give_account_managers(users)


def _give_account_managers(users: dict[str, int]) -> None:
    managers = [users[f"{mailbox(name)}@desk.example"] for name, _team, leads in AGENTS if leads]
    mine = list(Organisation.objects.exclude(kind=Organisation.Kind.INTERNAL).order_by("pk"))
    for row, organisation in enumerate(mine):
        organisation.account_manager_id = managers[row % len(managers)]
    Organisation.objects.bulk_update(mine, ["account_manager"])
    Organisation.objects.filter(name="Bibliotheek Heidedal", notes="").update(
        notes="Verhuist in het voorjaar naar de nieuwbouw. Contactpersoon: Wout Claes."
    )


def _ids(model: type[Model], key: str) -> dict[str, int]:
    return dict(model._default_manager.values_list(key, "pk"))
