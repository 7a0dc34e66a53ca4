"""The public status page: what it says, that it needs no database, and that it is honest."""

import datetime as dt
import json
import threading
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from servicedesk.catalogue.models import Service
from sla.availability.actions import (
    Ending,
    NewOutage,
    News,
    Work,
    announce_maintenance,
    end_outage,
    open_outage,
    post_update,
    report_outage,
    withdraw_outage,
)
from sla.availability.models import AvailabilityTarget
from sla.availability.status import serving
from sla.availability.status.building import build
from sla.availability.status.facts import DAYS, Snapshot

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
STATUS = "/status/"


@pytest.fixture
def targets(wise, websites) -> None:
    for position, service in enumerate((wise, websites)):
        target = AvailabilityTarget.objects.create(
            name=service.name, percent="99.60", measured_from=dt.date(2024, 1, 1),
            on_status_page=True, position=position,
        )  # fmt: skip
        target.services.add(service)


@pytest.fixture
def page(client, targets):
    """The page as a stranger sees it now."""

    def page(path: str = STATUS, **headers) -> str:
        serving.refresh()
        return client.get(path, **headers).text

    return page


def test_parts_that_only_the_desk_sees_are_named_to_nobody_else(
    websites, agent, requester, as_user, page
):
    part = Service.objects.create(name="Geheime cluster", slug="cluster", visibility="agents")
    outage = open_outage(NewOutage(websites, components=[part], title="Plat"), by=agent)
    own = f"{STATUS}outages/{outage.pk}/"
    for path in (STATUS, f"{STATUS}status.json", f"{STATUS}atom.xml", own):
        assert "Geheime cluster" not in page(path)
        assert "Geheime cluster" not in as_user(requester).get(path).text
    assert "Geheime cluster" in as_user(agent).get(own).text


def test_all_is_well(page):
    text = page()
    assert "Alle diensten werken." in text
    assert "100,00" in text
    assert "geen storingen" in text


def test_an_outage_its_updates_and_its_end(page, websites, agent):
    start = timezone.now() - dt.timedelta(minutes=1)
    outage = open_outage(
        NewOutage(service=websites, title="Websites plat", started_at=start), by=agent
    )
    post_update(outage, News("Een schijf is vol.", "identified"), by=agent)
    text = page()
    for words in (
        "1 dienst is niet beschikbaar.", "1 dienst werkt.", "Websites plat", "Een schijf is vol.",
        "Oorzaak gevonden", "1 dag met uitval",
    ):  # fmt: skip
        assert words in text
    end = timezone.now() + dt.timedelta(seconds=2)
    end_outage(outage, Ending("Klaar.", at=end, cause="Schijf vol"), by=agent)
    text = page()
    assert "Alle diensten werken." in text
    assert "Opgelost na" in text


def test_who_reads_english_reads_what_was_written_in_english(page, client, websites, agent):
    outage = open_outage(
        NewOutage(websites, title="Websites plat", title_en="Websites down", text="We zoeken.",
                  text_en="We look."),
        by=agent,
    )  # fmt: skip
    post_update(outage, News("Een schijf is vol.", "identified"), by=agent)
    now = timezone.now()
    work = Work("Herstart", [websites], now + HOUR, now + 2 * HOUR, title_en="Restart")
    announce_maintenance(work, by=agent)
    dutch = page()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english, one = page(), page(f"{STATUS}outages/{outage.pk}/")
    for words in ("Websites plat", "We zoeken.", "Herstart"):
        assert words in dutch
        assert words not in english
    for words in ("Websites down", "We look.", "Een schijf is vol."):
        assert words in english
        assert words in one
    assert 'lang="nl">Een schijf is vol.' in english
    assert 'lang="nl">Een schijf is vol.' in one
    assert "Restart" in english
    assert "Websites down" in page(f"{STATUS}atom.xml")


def test_what_nobody_wrote_is_said_in_both_languages(page, client, websites):
    report_outage(NewOutage(websites, source="monitor"), by=None)
    assert "Bibliotheekwebsites is niet beschikbaar" in page()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Library websites is unavailable" in page()


def test_degraded_and_maintenance_are_told_apart(page, wise, websites, agent, manager):
    open_outage(NewOutage(service=websites, severity="degraded"), by=agent)
    now = timezone.now()
    announce_maintenance(
        Work("Nieuwe versie", [wise], now - HOUR, now + HOUR), by=manager, reason="Afgesproken"
    )
    text = page()
    assert "1 dienst heeft hinder." in text
    assert "1 dienst is in gepland onderhoud." in text


def test_what_is_not_for_everybody_is_nowhere(page, client, wise, websites, agent, manager):
    open_outage(NewOutage(service=websites, title="Geheim A"), by=agent)
    websites.visibility = "agents"
    websites.save()
    false = open_outage(NewOutage(service=wise, title="Geheim B"), by=agent)
    withdraw_outage(false, by=manager, reason="Vals alarm")
    for path in (STATUS, f"{STATUS}atom.xml", f"{STATUS}status.json", f"{STATUS}outages/"):
        assert "Geheim" not in page(path)


def test_days_before_it_was_measured_have_no_data(page, targets):
    AvailabilityTarget.objects.update(measured_from=timezone.localdate())
    snapshot = build(now=timezone.now())
    assert [day.state for day in snapshot.services[0].days] == ["no_data"] * (DAYS - 1) + ["works"]
    assert "89 dagen zonder gegevens" in page()


def test_without_targets_nothing_is_called_up(client, websites):
    assert [service.state for service in build(now=timezone.now()).services] == ["no_data"]


def test_a_snapshot_survives_its_file(targets, websites, agent):
    open_outage(NewOutage(service=websites, text="We kijken het na."), by=agent)
    now = timezone.now()
    announce_maintenance(Work("Werk", [websites], now + HOUR, now + 2 * HOUR), by=agent)
    snapshot = build(now=now)
    assert Snapshot.of(json.loads(json.dumps(snapshot.as_data()))) == snapshot


def test_it_costs_the_same_for_one_and_for_three(
    targets, wise, websites, agent, django_assert_num_queries
):
    start = timezone.now() - dt.timedelta(days=5)

    def more(count: int) -> None:
        for number in range(count):
            begin = start + number * 3 * HOUR
            open_outage(NewOutage(service=wise, started_at=begin, ended_at=begin + HOUR), by=agent)

    more(1)
    with django_assert_num_queries(15):
        build(now=timezone.now())
    start += dt.timedelta(days=1)
    more(3)
    with django_assert_num_queries(15):
        build(now=timezone.now())


# --- without a database ---------------------------------------------------------------------


def test_the_page_and_its_feeds_need_no_query(page, client, as_user, agent, websites):
    page()
    for browser in (client, as_user(agent)):
        for path in ("", "atom.xml", "rss.xml", "status.json", "maintenance.ics",
                     f"services/{websites.slug}/"):  # fmt: skip
            with no_queries():
                assert browser.get(STATUS + path).status_code == 200


def no_queries():

    def refuse(execute, sql, params, many, context):
        raise AssertionError(sql)

    return connection.execute_wrapper(refuse)


def test_a_database_that_fails_leaves_the_last_snapshot_and_says_so(
    page, client, settings, monkeypatch
):
    page()
    settings.DESK_STATUS_SECONDS = 0
    monkeypatch.setattr(serving, "build", _fails)
    monkeypatch.setattr(serving, "STALE", dt.timedelta())
    text = client.get(STATUS).text
    assert "Zo was het vandaag" in text
    assert "Alle diensten werken." in text


def test_a_database_that_hangs_costs_a_moment_only(page, client, settings, monkeypatch):
    page()
    settings.DESK_STATUS_SECONDS = 0
    hangs = threading.Event()

    def hang(**_when):
        hangs.wait(30)
        raise OperationalError

    monkeypatch.setattr(serving, "build", hang)
    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    began = timezone.now()
    text = client.get(STATUS).text
    hangs.set()
    assert "Alle diensten werken." in text
    assert timezone.now() - began < dt.timedelta(seconds=5)


def test_before_there_ever_was_one_it_says_that_it_knows_nothing(client, db, monkeypatch):
    monkeypatch.setattr(serving, "build", _fails)
    answer = client.get(STATUS)
    assert answer.status_code == 503
    assert "We weten het op dit moment niet." in answer.text


def _fails(**_when):
    raise OperationalError("the database is away")


def test_a_damaged_file_is_made_anew(page, settings):
    page()
    settings.DESK_STATUS_SNAPSHOT.write_text("{", "utf-8")
    assert serving.current() is not None


@pytest.mark.django_db(transaction=True)
def test_a_change_is_on_the_page_at_once(client, targets, websites, agent):
    assert "Alle diensten werken." in client.get(STATUS).text
    open_outage(NewOutage(service=websites, title="Websites plat"), by=agent)
    assert "Websites plat" in client.get(STATUS).text


# --- feeds ----------------------------------------------------------------------------------


def test_atom_and_rss_are_well_formed_and_hold_the_outage(page, websites, agent):
    open_outage(NewOutage(service=websites, title="Plat <b>", text="Een & ander."), by=agent)
    atom = ElementTree.fromstring(page(f"{STATUS}atom.xml").encode())
    name = "{http://www.w3.org/2005/Atom}"
    assert atom.find(f"{name}entry/{name}title").text == "Plat <b> (Gemeld)"
    assert atom.find(f"{name}author/{name}name").text == "Servicedesk"
    (own,) = [link for link in atom.findall(f"{name}link") if link.get("rel") == "self"]
    assert own.get("href").endswith("/status/atom.xml")
    rss = ElementTree.fromstring(page(f"{STATUS}rss.xml").encode())
    assert "Een &amp; ander." in rss.find("channel/item/description").text


def test_what_word_pastes_breaks_no_feed(page, websites, agent):
    pasted = NewOutage(service=websites, title="Plat\x01", text="Eerste\vtweede \x1f\ufffe<regel>")
    open_outage(pasted, by=agent)
    soon = timezone.now() + dt.timedelta(hours=1)
    work = Work("Nieuwe\x02 schijf", [websites], soon, soon + dt.timedelta(hours=1), "Even\x08 weg")
    announce_maintenance(work, by=agent)
    rss = ElementTree.fromstring(page(f"{STATUS}rss.xml").encode())
    outage, maintenance = rss.findall("channel/item")
    assert outage.find("title").text == "Plat (Gemeld)"
    assert "Eerste<br>tweede &lt;regel&gt;" in outage.find("description").text
    assert maintenance.find("title").text == "Onderhoud: Nieuwe schijf"
    assert "Even weg" in maintenance.find("description").text
    assert len(ElementTree.fromstring(page(f"{STATUS}atom.xml").encode()).findall("{*}entry")) == 2
    (event,) = Calendar.from_ical(page(f"{STATUS}maintenance.ics")).walk("VEVENT")
    assert event["description"] == "Even weg"


def test_json_for_machines(page, websites, agent):
    open_outage(NewOutage(service=websites, severity="degraded", title="Traag"), by=agent)
    told = json.loads(page(f"{STATUS}status.json"))
    assert told["state"] == "degraded"
    assert [(one["id"], one["state"]) for one in told["services"]] == [
        ("wise", "works"), ("websites", "degraded"),
    ]  # fmt: skip
    assert told["outages"][0]["title"] == "Traag"


def test_maintenance_for_a_calendar(page, websites, agent):
    start = timezone.now().replace(microsecond=0) + HOUR
    announce_maintenance(Work("Herstart", [websites], start, start + HOUR), by=agent)
    (event,) = Calendar.from_ical(page(f"{STATUS}maintenance.ics")).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt) == (
        "Bibliotheekwebsites: Herstart", start,
    )  # fmt: skip


def test_day_by_day_in_words(page, websites, agent):
    noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    start = noon - dt.timedelta(days=2)  # a whole half-hour of one day, whenever this runs
    open_outage(NewOutage(service=websites, started_at=start, ended_at=start + HOUR / 2), by=agent)
    text = page(f"{STATUS}services/{websites.slug}/")
    assert "30 min" in text
    assert text.count("<tr>") == DAYS + 1


def test_links_to_it(client, db, as_user, requester):
    assert STATUS in client.get(reverse("account_login")).text
    assert STATUS in as_user(requester).get(reverse("home")).text
