"""An agent writes down what somebody asks by phone, at the desk, by chat or by post."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.accounts.models import MailDomain, User
from servicedesk.catalogue.models import IntakeQuestion
from servicedesk.outbox.models import OutgoingEmail
from tickets.actions import drafting
from tickets.actions.transitions import confirm
from tickets.models import Draft, PriorityRule, Ticket

ADDRESS = "/queue/log/"


@pytest.fixture
def filled(requester, websites):
    """The form as an agent fills it in for Sofie."""
    return {
        "token": str(uuid.uuid4()),
        "person": f"{requester.name} <{requester.email}>",
        "channel": "phone",
        "service": websites.slug,
        "subject": "Openingsuren fout",
        "body": "Ze belt dat de uren van zaterdag niet kloppen.",
        "impact": "blocked",
        "step": "dispatch",
    }


@pytest.fixture
def log(as_user, agent):
    def post(data, *, by=agent):
        return as_user(by).post(ADDRESS, data)

    return post


def logged(answer) -> Ticket:
    assert answer.status_code == 302, re.findall(
        r"field-error.*?</p>", answer.content.decode(), re.S
    )
    return Ticket.objects.get(pk=answer["Location"].strip("/").split("/")[-1])


def complaints(answer) -> str:
    assert answer.status_code == 422
    return answer.content.decode()


def test_a_call_is_logged_and_answered_at_its_creation(log, filled, requester, websites, agent):
    ticket = logged(log(filled))
    assert (ticket.requester, ticket.organisation) == (requester, requester.organisation)
    assert (ticket.service, ticket.team) == (websites, websites.owner_team)
    assert (ticket.channel, ticket.status, ticket.priority) == ("phone", "new", "high")
    message = ticket.messages.get()
    assert (message.author, message.side, message.channel) == (requester, "requester", "phone")
    opened = ticket.events.get(kind="opened")
    assert (opened.actor, opened.data["answered"]) == (agent, True)


@pytest.mark.parametrize(
    ("channel", "answered"), [("phone", True), ("desk", True), ("chat", False), ("post", False)]
)
def test_what_counts_as_answered(log, filled, channel, answered):
    ticket = logged(log(filled | {"channel": channel}))
    assert ticket.events.get(kind="opened").data["answered"] is answered


@pytest.mark.parametrize("channel", ["mail", "portal", "monitor", "x", ""])
def test_other_ways_in_cannot_be_claimed(log, filled, channel):
    complaints(log(filled | {"channel": channel}))
    assert not Ticket.objects.exists()


def test_i_take_it(log, filled, agent):
    ticket = logged(log(filled | {"step": "mine"}))
    assert (ticket.status, ticket.assignee) == ("open", agent)


def test_to_a_team(log, filled, first_line):
    assert "Kies een team." in complaints(log(filled | {"step": "team"}))
    ticket = logged(log(filled | {"step": "team", "team": first_line.pk}))
    assert (ticket.status, ticket.team, ticket.assignee) == ("open", first_line, None)


def test_solved_during_the_contact_needs_a_category(log, filled, bug, agent):
    assert "een opgelost ticket" in complaints(log(filled | {"step": "solved"})).lower()
    assert not Ticket.objects.exists()
    ticket = logged(log(filled | {"step": "solved", "category": bug.pk}))
    assert (ticket.status, ticket.category, ticket.assignee) == ("solved", bug, agent)
    kinds = list(ticket.events.values_list("kind", flat=True))
    assert kinds[0] == "opened"
    assert kinds[-1] == "status_changed"


def test_a_category_can_be_given_at_once(log, filled, bug):
    ticket = logged(log(filled | {"category": bug.pk}))
    assert (ticket.status, ticket.category, ticket.kwis) == ("new", bug, "disruption")


def test_the_requester_hears_of_it(log, filled, requester):
    ticket = logged(log(filled))
    (mail,) = OutgoingEmail.objects.all()
    assert mail.to == [requester.email]
    assert ticket.tag in mail.subject


# --- who it is about -------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["sofie@heidedal.example", "SOFIE@Heidedal.example", "vermeer"])
def test_a_person_is_known_by_address_or_by_words_that_fit_one(log, filled, requester, typed):
    assert logged(log(filled | {"person": typed})).requester == requester


def test_words_that_fit_more_or_none_ask_again(log, filled, requester, colleague):
    assert "past meer dan één persoon" in complaints(log(filled | {"person": "heidedal"}))
    assert "kanariepiet" in complaints(log(filled | {"person": "kanariepiet"}))
    assert "Zeg wie iets vraagt" in complaints(log(filled | {"person": ""}))
    assert not Ticket.objects.exists()


def test_somebody_new_is_entered_on_the_spot(log, filled, heidedal):
    MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")
    new = {"person": "", "new_name": "Jan Wouters", "new_email": "Jan@heidedal.example"}
    ticket = logged(log(filled | new | {"new_invited": "on"}))
    jan = User.objects.get(email="jan@heidedal.example")
    assert (ticket.requester, ticket.organisation) == (jan, heidedal)
    assert sorted(mail.to[0] for mail in OutgoingEmail.objects.all()) == [jan.email] * 2


def test_without_an_invitation(log, filled, elsewhere):
    new = {"person": "", "new_name": "Jan", "new_email": "jan@x.example"}
    ticket = logged(log(filled | new | {"new_organisation": elsewhere.pk}))
    assert ticket.organisation == elsewhere
    assert OutgoingEmail.objects.count() == 1  # the receipt


def test_a_new_person_who_is_not_new_is_the_one_we_know(log, filled, requester):
    new = {"person": "", "new_name": "Jan", "new_email": requester.email}
    assert logged(log(filled | new)).requester == requester


def test_half_a_new_person_is_not_entered(log, filled):
    assert "Geef de naam" in complaints(log(filled | {"person": "", "new_email": "jan@x.example"}))
    assert "Geef een e-mailadres" in complaints(log(filled | {"person": "", "new_name": "Jan"}))
    broken = {"person": "", "new_name": "Jan", "new_email": "jan@"}
    for email in ("jan@", "anonymous@desk.invalid", f"{'a' * 250}@x.example"):
        assert "geldig e-mailadres" in complaints(log(filled | {**broken, "new_email": email}))
    assert "niet allebei" in complaints(
        log(filled | {"new_name": "Jan", "new_email": "jan@x.example"})
    )
    assert not User.objects.filter(name="Jan").exists()
    assert not Ticket.objects.exists()


def test_nobody_new_is_left_behind_when_the_ticket_is_refused(log, filled):
    new = {"person": "", "new_name": "Jan", "new_email": "jan@x.example", "subject": ""}
    complaints(log(filled | new))
    assert not User.objects.filter(email="jan@x.example").exists()


# --- typing a name ---------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["sofie", "VERM", "heidedal.example", "0470 12", "bibliotheek"])
def test_people_are_found_by_name_address_phone_and_organisation(as_user, agent, requester, typed):
    User.objects.filter(pk=requester.pk).update(phone="0470 12 34 56")
    page = as_user(agent).get("/queue/people/", {"person": typed}).content.decode()
    assert 'data-value="Sofie Vermeer &lt;sofie@heidedal.example&gt;"' in page
    assert "Bibliotheek Heidedal" in page


def test_people_who_left_are_not_offered(as_user, agent, requester):
    User.objects.filter(pk=requester.pk).update(is_active=False)
    page = as_user(agent).get("/queue/people/", {"person": "sofie"}).content.decode()
    assert "data-value" not in page
    assert 'data-new="sofie"' in page


@pytest.mark.parametrize("typed", ["", "s", " ", "%", "_%"])
def test_too_little_typed_offers_nobody(as_user, agent, requester, typed):
    page = as_user(agent).get("/queue/people/", {"person": typed}).content.decode()
    assert "data-value" not in page


def test_looking_for_people_takes_the_same_queries_for_one_and_many(as_user, agent, requester):
    client = as_user(agent)
    with CaptureQueriesContext(connection) as one:
        client.get("/queue/people/", {"person": "heidedal"})
    for number in range(12):
        User.objects.create_user(
            f"p{number}@heidedal.example", f"P {number}", organisation=requester.organisation
        )
    with CaptureQueriesContext(connection) as many:
        page = client.get("/queue/people/", {"person": "heidedal"}).content.decode()
    assert len(one) == len(many)
    assert page.count("data-value") == 8
    assert "typ meer letters" in page


def test_the_organisation_is_proposed_by_the_address(as_user, agent, heidedal):
    MailDomain.objects.create(organisation=heidedal, domain="heidedal.example")
    address = "/queue/people/organisation/"
    page = as_user(agent).get(address, {"new_email": "x@heidedal.example"}).content.decode()
    assert f'<option value="{heidedal.pk}" selected>' in page
    page = as_user(agent).get(address, {"new_email": "x@"}).content.decode()
    assert f'<option value="{heidedal.pk}" selected>' not in page


# --- the rest of the form --------------------------------------------------------------------


def test_the_questions_of_the_service(log, filled, websites, as_user, agent):
    IntakeQuestion.objects.create(
        service=websites, key="instance", text="Instance", pattern="[a-z]+"
    )
    page = as_user(agent).get("/queue/log/questions/?service=websites").content.decode()
    assert 'name="number_instance"' in page
    assert 'name="number_instance"' in complaints(log(filled | {"number_instance": "123"}))
    ticket = logged(log(filled | {"number_instance": "heidedal"}))
    assert ticket.intake == {"number_instance": "heidedal"}


def test_without_scripts_a_button_asks_for_the_questions(log, filled, websites):
    IntakeQuestion.objects.create(service=websites, key="instance", text="Instance")
    answer = log(filled | {"questions": "yes", "subject": ""})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'name="number_instance"' in page
    assert "zaterdag niet kloppen" in page
    assert not Ticket.objects.exists()


def test_each_impact_says_which_priority_it_makes(as_user, agent):
    PriorityRule.objects.filter(impact="alone").update(priority="urgent")
    page = as_user(agent).get(ADDRESS).content.decode()
    assert "Alleen ik, ik kan verder werken → prioriteit dringend" in page


def test_sending_twice_makes_one_ticket(log, filled):
    first, second = logged(log(filled)), logged(log(filled))
    assert first == second
    assert Ticket.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


def test_a_file_goes_along(log, filled, screenshot, agent):
    ticket = logged(log(filled | {"files": screenshot("scherm.png")}))
    (file,) = ticket.messages.get().attachments.all()
    assert (file.filename, file.uploaded_by) == ("scherm.png", agent)


def test_what_was_typed_stays_until_it_is_sent(log, filled, as_user, agent, second_line):
    complaints(log(filled | {"subject": ""}))
    page = as_user(agent).get(ADDRESS).content.decode()
    assert "zaterdag niet kloppen" in page
    assert "Je gaat verder met je concept" in page
    assert "zaterdag niet kloppen" not in as_user(second_line).get(ADDRESS).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    logged(log(filled | {"token": token}))
    assert not Draft.objects.exists()
    assert "zaterdag niet kloppen" not in as_user(agent).get(ADDRESS).content.decode()


def test_a_draft_goes_before_what_an_address_carries(as_user, agent):
    draft = drafting.draft_of(agent, Draft.Kind.LOGGED_TICKET)
    drafting.keep(draft, {"subject": "Half af"})
    page = as_user(agent).get(f"{ADDRESS}?subject=Iets anders").content.decode()
    assert "Half af" in page
    assert "Begin opnieuw" in page


def test_a_follow_up_of_a_closed_ticket(log, filled, ticket, requester, agent, as_user):
    confirm(ticket, by=requester)
    Ticket.objects.filter(pk=ticket.pk).update(status="closed")
    page = as_user(agent).get(f"{ADDRESS}?follows_up={ticket.pk}").content.decode()
    assert f"Vervolg op #{ticket.pk}" in page
    assert "Sofie Vermeer &lt;sofie@heidedal.example&gt;" in page
    following = logged(log(filled | {"follows": ticket.pk}))
    assert following.follows_up == ticket
    assert ticket.events.filter(kind="follow_up_opened").exists()


@pytest.mark.parametrize("number", ["x", "0", "999999", "9" * 30, "-1", "٣"])
def test_an_address_with_nonsense_is_an_empty_form(as_user, agent, number):
    for name in ("follows_up", "requester", "service", "channel"):
        assert as_user(agent).get(ADDRESS, {name: number}).status_code == 200


def test_a_ticket_that_is_not_closed_is_not_followed_up(log, filled, ticket):
    assert logged(log(filled | {"follows": ticket.pk})).follows_up is None


@pytest.mark.parametrize(
    "data",
    [
        {"service": "x"},
        {"impact": "x"},
        {"step": "x"},
        {"team": "x", "step": "team"},
        {"category": "9" * 30},
        {"subject": "x" * 201},
        {"body": " "},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(log, filled, data):
    page = complaints(log(filled | data))
    assert "Openingsuren fout" in page or "subject" in data
    assert not Ticket.objects.exists()
