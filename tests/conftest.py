"""The known cast of every story in these tests.

Sofie works for the library of Heidedal, Wout is her colleague and sees what the library asks,
Vera works elsewhere. Noor is on the first line, Bram on the second, Karin manages, Dries
administers. They all have the same password.
"""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone, translation

from servicedesk.accounts.models import Membership, Organisation, Team, User
from servicedesk.catalogue.models import Category, Service, Supplier
from servicedesk.local.testenv import EMBEDDED
from tests.once import once
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import Ticket

pytest_plugins = ["tests.browser", "tests.smtp_sink", "tests.restoring"]

PASSWORD = "een-lang-wachtwoord"
#: Pages of tests name files as they are; a test of its own looks at the hashed names.
PLAIN_STATIC = "django.contrib.staticfiles.storage.StaticFilesStorage"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Faults come first: they wait more than they reckon, so others should be left beside them."""
    faults = Path(__file__).parent / "faults"
    items.sort(key=lambda item: not item.path.is_relative_to(faults))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_blocker) -> None:
    """To migrate takes ten seconds: once for a run, of which every test database is a copy.

    The own database of the embedded server serves for that; one that somebody names stays his.
    """
    if "DATABASE_URL" in os.environ[EMBEDDED].split():
        with django_db_blocker.unblock():
            once("database", migrate)
        connection.settings_dict["TEST"]["TEMPLATE"] = connection.settings_dict["NAME"]


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()  # PostgreSQL copies nothing that is in use


@pytest.fixture(autouse=True)
def _settings_for_tests(settings, tmp_path):
    """Fast password hashing, files and mail of its own for each test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DESK_STATUS_SECONDS = 3600  # made anew where a test says so
    settings.DESK_STATUS_SNAPSHOT = tmp_path / "status" / "snapshot.json"
    settings.DESK_MFA_REQUIRED = False  # its own tests switch it on
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN_STATIC}}


@pytest.fixture(autouse=True)
def _language_of_the_desk():
    """Each test starts in Dutch: a page shown in an earlier one leaves its language behind."""
    translation.deactivate()


@pytest.fixture
def heidedal(db) -> Organisation:
    return Organisation.objects.create(name="Bibliotheek Heidedal")


@pytest.fixture
def elsewhere(db) -> Organisation:
    return Organisation.objects.create(name="Cultuurhuis De Vlier", kind="arts_centre")


@pytest.fixture
def first_line(db) -> Team:
    return Team.objects.get(slug="eerste-lijn")


@pytest.fixture
def web_team(db) -> Team:
    return Team.objects.create(name="Websites", slug="websites", line=2)


def person(email: str, name: str, **fields) -> User:
    return User.objects.create_user(email, name, PASSWORD, **fields)


@pytest.fixture
def requester(heidedal) -> User:
    return person("sofie@heidedal.example", "Sofie Vermeer", organisation=heidedal)


@pytest.fixture
def colleague(heidedal) -> User:
    return person(
        "wout@heidedal.example", "Wout Claes", organisation=heidedal, sees=User.Sees.ORGANISATION
    )


@pytest.fixture
def stranger(elsewhere) -> User:
    return person(
        "vera@devlier.example", "Vera Maes", organisation=elsewhere, sees=User.Sees.ORGANISATION
    )


@pytest.fixture
def agent(first_line) -> User:
    noor = person("noor@desk.example", "Noor Peeters", role=User.Role.AGENT, line=1)
    Membership.objects.create(user=noor, team=first_line)
    return noor


@pytest.fixture
def second_line(web_team) -> User:
    bram = person("bram@desk.example", "Bram Jacobs", role=User.Role.AGENT, line=2)
    Membership.objects.create(user=bram, team=web_team)
    return bram


@pytest.fixture
def manager(db) -> User:
    return person("karin@desk.example", "Karin Smets", role=User.Role.MANAGER)


@pytest.fixture
def administrator(db) -> User:
    return person("dries@desk.example", "Dries Wouters", role=User.Role.ADMINISTRATOR)


@pytest.fixture
def websites(web_team) -> Service:
    return Service.objects.create(
        name="Bibliotheekwebsites", name_en="Library websites", slug="websites", owner_team=web_team
    )


@pytest.fixture
def supplier(websites) -> Supplier:
    """Who is behind the library websites."""
    made = Supplier.objects.create(name="Webbouwers", email="support@webbouwers.example")
    websites.supplier = made
    websites.save()
    return made


@pytest.fixture
def bug(db) -> Category:
    return Category.objects.get(slug="bug")


@pytest.fixture
def ticket(requester, websites) -> Ticket:
    """A new ticket of the requester in the dispatch queue."""
    return open_ticket(
        NewTicket(
            requester=requester,
            subject="Nieuwe openingsuren staan niet op de website",
            body="We pasten de openingsuren aan, maar op de website staan nog de oude.",
            service=websites,
            impact=Ticket.Impact.SEVERAL,
        ),
        by=requester,
    )


@pytest.fixture
def new_desk(db) -> None:
    """The desk was made just now, however long the tests run already: no task is late yet."""
    MigrationRecorder(connection).migration_qs.update(applied=timezone.now())


@pytest.fixture
def as_user():
    """`as_user(agent)`: a signed-in client of that person."""

    def client(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return client
