"""Subscribing by mail: nobody is subscribed by somebody else, and everybody can stop."""

import datetime as dt
import re

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servicedesk.outbox.models import OutgoingEmail
from sla.availability.actions import News, join, post_update
from sla.availability.models import StatusSubscriber
from sla.availability.status.subscribing import PAUSE
from sla.availability.tasks import tell_outage_updates

pytestmark = pytest.mark.django_db
SUBSCRIBE = "/status/subscribe/"
ADDRESS = "lezer@elders.example"


def subscribe(client, email: str = ADDRESS):
    return client.post(SUBSCRIBE, {"email": email}, follow=True)


def link_in_last_mail(pattern: str) -> str:
    body = OutgoingEmail.objects.latest("pk").body_text
    return re.search(rf"{re.escape(settings.DESK_BASE_URL)}({pattern}\S+)", body)[1]


def test_a_get_shows_and_a_post_decides(client):
    assert "Kijk in je mailbox" in subscribe(client).text
    link = link_in_last_mail("/status/confirm/")
    assert OutgoingEmail.objects.get().secret.endswith(link), "no copy of the mail shows it"
    assert "Ja, hou me op de hoogte" in client.get(link).text
    assert StatusSubscriber.objects.get().confirmed_at is None
    assert "Klaar" in client.post(link).text
    assert StatusSubscriber.objects.get().confirmed_at is not None
    # the link works once
    assert "Deze link werkt niet meer" in client.get(link).text


def test_updates_reach_confirmed_addresses_only_and_each_mail_ends_it(client, outage, agent):
    for address in (ADDRESS, "twijfel@elders.example"):
        subscribe(client, address)
    StatusSubscriber.objects.filter(email=ADDRESS).update(confirmed_at=timezone.now())
    OutgoingEmail.objects.all().delete()
    post_update(outage, News("Een schijf is vol."), by=agent)
    tell_outage_updates()
    mail = OutgoingEmail.objects.get()
    assert mail.to == [ADDRESS]
    assert "Een schijf is vol." in mail.body_text
    stop = link_in_last_mail("/status/stop/")
    assert stop in mail.headers["List-Unsubscribe"]
    assert "De mails stoppen" in client.get(stop).text
    assert StatusSubscriber.objects.filter(email=ADDRESS).exists()
    client.post(stop)
    assert not StatusSubscriber.objects.filter(email=ADDRESS).exists()
    assert "krijgt geen mails" in client.get(stop).text


def test_who_follows_already_gets_one_mail(client, outage, agent, requester):
    join(outage, requester)
    StatusSubscriber.objects.create(
        email=requester.email.upper(), confirmed_at=timezone.now(), token_hash=""
    )
    post_update(outage, News("Een schijf is vol."), by=agent)
    tell_outage_updates()
    assert OutgoingEmail.objects.filter(body_text__contains="Een schijf is vol.").count() == 1


def test_outages_of_hidden_services_are_not_mailed(client, outage, agent):
    StatusSubscriber.objects.create(email=ADDRESS, confirmed_at=timezone.now())
    outage.service.visibility = "agents"
    outage.service.save()
    post_update(outage, News("Een schijf is vol."), by=agent)
    tell_outage_updates()
    assert OutgoingEmail.objects.filter(to=[ADDRESS]).count() == 0


def test_asking_again_and_again_mails_once(client):
    answers = {subscribe(client).text.partition("<main")[2] for _try in range(3)}
    assert OutgoingEmail.objects.count() == 1
    StatusSubscriber.objects.update(confirmed_at=timezone.now())
    answers.add(subscribe(client).text.partition("<main")[2])
    assert OutgoingEmail.objects.count() == 1
    assert len(answers) == 1  # whoever asks never learns whether the address is known


def test_one_mailbox_is_asked_once_by_whichever_of_its_addresses(client):
    answers = {subscribe(client, f"Lezer+{n}@elders.example").text for n in range(5)}
    answers.add(subscribe(client).text)
    assert [mail.to for mail in OutgoingEmail.objects.all()] == [["lezer+0@elders.example"]]
    assert len({answer.partition("<main")[2] for answer in answers}) == 1
    with time_machine.travel(timezone.now() + PAUSE):
        subscribe(client)
    assert OutgoingEmail.objects.count() == 2


def test_one_network_does_not_use_up_what_is_mailed_for_all(client):
    def ask(number: int, address: str) -> str:
        here = Client(REMOTE_ADDR=address)
        return subscribe(here, f"lezer{number}@elders.example").text.partition("<main")[2]

    answers = {ask(number, f"203.0.113.{number}") for number in range(22)}
    assert OutgoingEmail.objects.count() == 20
    assert len(answers) == 1  # nobody learns that it was enough
    ask(99, "198.51.100.7")
    assert OutgoingEmail.objects.latest("pk").to == ["lezer99@elders.example"]


def test_a_link_is_good_for_a_week(client):
    subscribe(client)
    link = link_in_last_mail("/status/confirm/")
    with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
        client.post(link)
    assert StatusSubscriber.objects.get().confirmed_at is None


def test_forged_links_do_nothing(client):
    subscribe(client)
    subscriber = StatusSubscriber.objects.get()
    forged = reverse("availability:status-confirm", args=[subscriber.pk, "x" * 32])
    client.post(forged)
    subscriber.refresh_from_db()
    assert subscriber.confirmed_at is None
    client.post(reverse("availability:status-unsubscribe", args=["x:y:z"]))
    assert StatusSubscriber.objects.count() == 1


@pytest.mark.parametrize("email", ["", "geen adres", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_address_gets_a_sentence(client, email):
    assert client.post(SUBSCRIBE, {"email": email}).status_code == 422
    assert StatusSubscriber.objects.count() == 0
