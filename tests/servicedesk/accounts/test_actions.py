"""People whom the desk enters, and the organisation their address tells."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections

from servicedesk.accounts.actions import create_requester, greet, organisation_of
from servicedesk.accounts.models import MailDomain, User
from servicedesk.audit.models import AuditEntry
from servicedesk.outbox.models import OutgoingEmail


@pytest.fixture
def domains(heidedal, elsewhere):
    MailDomain.objects.create(organisation=heidedal, domain="stad.example")
    MailDomain.objects.create(organisation=elsewhere, domain="kunst.stad.example")


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("jan@stad.example", "Bibliotheek Heidedal"),
        ("JAN@Stad.Example ", "Bibliotheek Heidedal"),
        ("jan@bib.stad.example", "Bibliotheek Heidedal"),
        ("jan@kunst.stad.example", "Cultuurhuis De Vlier"),
        ("jan@zaal.kunst.stad.example", "Cultuurhuis De Vlier"),
        ("jan@anderestad.example", None),
        ("jan@example", None),
        ("jan", None),
        ("", None),
    ],
)
def test_the_organisation_of_an_address(domains, email, name):
    found = organisation_of(email)
    assert (found.name if found else None) == name


def test_an_organisation_that_is_gone_is_not_proposed(domains, heidedal):
    type(heidedal).objects.filter(pk=heidedal.pk).update(is_active=False)
    assert organisation_of("jan@stad.example") is None


def test_a_new_person_is_a_requester_of_that_organisation_and_is_invited(domains, agent, heidedal):
    jan = create_requester(" Jan@stad.example", " Jan  Wouters ", by=agent)
    assert (jan.email, jan.name, jan.organisation) == ("jan@stad.example", "Jan Wouters", heidedal)
    assert (jan.role, jan.sees, jan.has_usable_password()) == ("requester", "own", False)
    (mail,) = OutgoingEmail.objects.all()
    assert mail.to == ["jan@stad.example"]
    noted = AuditEntry.objects.get(action="person_created")
    assert (noted.actor, noted.about_id, noted.data["way"]) == (agent, str(jan.pk), "desk")


def test_who_wrote_for_the_first_time_is_noted_once(domains):
    """By nobody: the desk itself did it."""
    for _mail in range(2):
        jan, _is_new = greet("jan@stad.example", "Jan")
    noted = AuditEntry.objects.get(action="person_created")
    assert (noted.actor, noted.about_id, noted.data["way"]) == (None, str(jan.pk), "first_mail")


def test_a_given_organisation_counts_and_an_invitation_can_be_left_out(domains, agent, elsewhere):
    jan = create_requester(
        "jan@stad.example", "Jan", by=agent, organisation=elsewhere, invited=False
    )
    assert jan.organisation == elsewhere
    assert not OutgoingEmail.objects.exists()


def test_whoever_is_there_already_stays_as_they_are(requester, agent, elsewhere):
    same = create_requester("SOFIE@heidedal.example", "Iemand", by=agent, organisation=elsewhere)
    assert same == requester
    requester.refresh_from_db()
    assert (requester.name, requester.organisation.name) == (
        "Sofie Vermeer",
        "Bibliotheek Heidedal",
    )
    assert not OutgoingEmail.objects.exists()


def test_requesters_enter_nobody(requester):
    with pytest.raises(PermissionDenied):
        create_requester("x@x.example", "X", by=requester)
    assert not User.objects.filter(email="x@x.example").exists()


@pytest.mark.django_db(transaction=True)
def test_entered_twice_at_one_instant_is_one_person(agent):
    people, start = [], threading.Barrier(4)

    def enter() -> None:
        try:
            start.wait(10)
            people.append(create_requester("jan@stad.example", "Jan", by=agent))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({person.pk for person in people}) == 1
    assert len(people) == 4
    assert OutgoingEmail.objects.count() == 1
