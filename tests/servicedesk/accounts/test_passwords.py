"""Forgetting, choosing and changing a password."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from servicedesk.accounts.links import invite, password_link
from servicedesk.accounts.models import User
from servicedesk.outbox.models import OutgoingEmail
from tests.conftest import PASSWORD

RESET = "/accounts/password/reset/"
NEW = "een-ander-lang-wachtwoord"


@pytest.fixture(autouse=True)
def _address_of_the_desk(settings):
    settings.DESK_BASE_URL = "https://desk.example"


def link_in(email: OutgoingEmail) -> str:
    """The path of the link in a mail; it must start with the desk's own address."""
    found = re.search(r"https://desk\.example(/accounts/password/reset/key/\S+)", email.body_text)
    assert found, email.body_text
    return found.group(1)


def choose(client, link, password=NEW):
    """Follows the link of a mail to its form and sends that."""
    opened = client.get(link, follow=True)
    action = opened.context["action_url"]
    return client.post(action, {"password1": password, "password2": password}, follow=True)


def test_who_forgot_the_password_chooses_another_one(client, requester):
    done = client.post(RESET, {"email": "Sofie@heidedal.example"}, follow=True)
    assert "Kijk in je mailbox" in done.content.decode()

    email = OutgoingEmail.objects.get()
    assert email.to == [requester.email]
    assert email.subject == "Kies een nieuw wachtwoord"
    assert "Dag Sofie," in email.body_text
    assert link_in(email) in email.body_html
    assert email.headers["Auto-Submitted"] == "auto-generated"

    end = choose(client, link_in(email))

    assert "Je wachtwoord is bewaard" in end.content.decode()
    assert client.get("/profile/").status_code == 302  # whoever has the mailbox is not in yet
    assert client.login(email=requester.email, password=NEW)
    assert not client.login(email=requester.email, password=PASSWORD)
    told = OutgoingEmail.objects.first()
    assert (told.to, told.subject) == ([requester.email], "Je wachtwoord is gewijzigd")


def test_the_answer_is_the_same_for_an_address_nobody_has(client, requester, colleague):
    User.objects.filter(pk=colleague.pk).update(is_active=False)

    known = client.post(RESET, {"email": requester.email}, follow=True)
    unknown = client.post(RESET, {"email": "niemand@heidedal.example"}, follow=True)
    switched_off = client.post(RESET, {"email": colleague.email}, follow=True)

    pages = {
        re.sub(r'csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"', "", r.content.decode())
        for r in (known, unknown, switched_off)
    }
    assert len(pages) == 1
    assert [email.to for email in OutgoingEmail.objects.all()] == [[requester.email]]


def test_the_link_never_comes_from_the_host_header(client, requester, settings):
    settings.ALLOWED_HOSTS = ["*"]

    client.post(
        RESET,
        {"email": requester.email},
        HTTP_HOST="evil.example",
        HTTP_X_FORWARDED_HOST="evil.example",
    )

    email = OutgoingEmail.objects.get()
    assert "evil.example" not in email.body_text + email.body_html + str(email.headers)
    assert link_in(email)


def test_writes_in_the_language_of_the_reader(client, requester):
    User.objects.filter(pk=requester.pk).update(language="en")

    client.post(RESET, {"email": requester.email})

    email = OutgoingEmail.objects.get()
    assert email.subject == "Choose a new password"
    assert "Hello Sofie," in email.body_text
    assert "24 hours" in email.body_text


def refused(client, link) -> bool:
    page = client.get(link, follow=True)
    assert page.status_code == 200
    return "Deze link werkt niet meer" in page.content.decode()


def test_a_link_works_once(client, requester):
    link = password_link(requester)
    choose(client, link)

    assert refused(client, link)


def test_a_link_works_for_a_day(client, requester):
    link = password_link(requester)

    with time_machine.travel(timezone.now() + dt.timedelta(hours=22), tick=False):
        assert not refused(client, link)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=27), tick=False):
        assert refused(client, link)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"email": "sofie@elders.example"}], ids=["off", "moved"]
)
def test_a_link_dies_with_what_it_was_made_for(client, requester, change):
    link = password_link(requester)

    User.objects.filter(pk=requester.pk).update(**change)

    assert refused(client, link)


def test_a_link_of_one_person_opens_nobody_else(client, requester, colleague):
    key = password_link(requester).rstrip("/").rpartition("/")[2].partition("-")[2]
    own = password_link(colleague)
    start, _dash, _key = own.rpartition("/key/")[2].partition("-")

    assert refused(client, f"/accounts/password/reset/key/{start}-{key}/")


def test_nonsense_is_refused_politely(client, db):
    assert refused(client, "/accounts/password/reset/key/zzzzzzzzzzzzzzzz-nonsense/")


def test_says_in_dutch_what_is_wrong_with_a_password(client, requester):
    page = choose(client, password_link(requester), "kort").content.decode()

    assert "Dit wachtwoord is te kort" in page


def test_an_invitation_greets_and_leads_to_a_first_password(client, requester):
    requester.set_unusable_password()
    requester.save()

    invite(requester)

    email = OutgoingEmail.objects.get()
    assert email.subject == "Welkom bij de servicedesk"
    assert requester.email in email.body_text
    choose(client, link_in(email))
    assert client.login(email=requester.email, password=NEW)


def change(client, present, new=NEW):
    return client.post(
        "/accounts/password/change/", {"oldpassword": present, "password1": new, "password2": new}
    )


def test_changes_the_password_stays_here_and_is_out_elsewhere(client, as_user, requester):
    elsewhere = as_user(requester)
    client.force_login(requester)

    assert change(client, PASSWORD).status_code == 302

    assert client.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302
    assert OutgoingEmail.objects.get().subject == "Je wachtwoord is gewijzigd"


def test_asks_for_the_present_password(client, requester):
    client.force_login(requester)

    page = change(client, "niet-het-huidige").content.decode()

    assert "Dit is niet je huidige wachtwoord." in page
    requester.refresh_from_db()
    assert requester.check_password(PASSWORD)


def test_a_flood_of_requests_is_stopped(client, requester):
    answers = [client.post(RESET, {"email": requester.email}).status_code for _n in range(7)]

    assert answers == [302] * 5 + [429] * 2
    assert OutgoingEmail.objects.count() == 5


def test_an_unknown_address_costs_as_much_work_as_a_known_one(client, requester):
    work = {}
    for email in (requester.email, "niemand@heidedal.example"):
        with CaptureQueriesContext(connection) as queries:
            client.post(RESET, {"email": email})
        work[email] = sum("outbox_outgoingemail" in query["sql"] for query in queries)

    assert len(set(work.values())) == 1
    assert OutgoingEmail.objects.count() == 1
