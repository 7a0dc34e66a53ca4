"""The system page: what is wrong stands there in plain Dutch, with what to do about it."""

import datetime as dt

import pytest
from django.utils import timezone

from servicedesk.audit.models import AuditEntry
from servicedesk.operations import system
from servicedesk.operations.models import Backup, Heartbeat, TaskRun
from servicedesk.outbox.holding import hold, is_held
from servicedesk.outbox.models import OutgoingEmail
from tests.browser import fits, violations
from tickets.mail.keeping import Arrival, keep
from tickets.models import IncomingEmail
from tickets.models.mailbox import Mailbox

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def well(new_desk) -> None:
    """A desk that runs and was saved last night."""
    now = timezone.now()
    for kind in ("worker", "beat"):
        Heartbeat.objects.create(kind=kind, host="a", pid=1, seen_at=now, started_at=now)
    Backup.objects.create(file="/b/desk.zip", size=2_000_000, files=12)


@pytest.fixture
def page(as_user, administrator):
    """The text of the page, on one line."""

    def read() -> str:
        answer = as_user(administrator).get("/system/")
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


def test_all_is_well(well, page):
    text = page()
    assert "Alles is in orde." in text
    assert "1 werker is aan het werk." in text
    assert "Niet in orde" not in text
    assert "Kijk na" not in text


def trouble() -> dict[str, tuple]:
    now = timezone.now()
    return {
        "a dead worker": (
            lambda: Heartbeat.objects.filter(kind="worker").update(seen_at=now - HOUR),
            "Start een werker, of lees in zijn logboek waarom hij stopte.",
        ),
        "a stopped beat": (
            lambda: Heartbeat.objects.filter(kind="beat").update(stopped_at=now - HOUR),
            "Start de beat, of lees in zijn logboek waarom hij stopte.",
        ),
        "a silent task": (
            lambda: TaskRun.objects.create(name="sla.tasks.check_sla", heard_at=now - HOUR),
            "Niets van gehoord: sla.tasks.check_sla.",
        ),
        "a failing task": (
            lambda: TaskRun.objects.create(
                name="x", heard_at=now, failed_at=now, error="KeyError: 'a'"
            ),
            "x mislukte",
        ),
        "mail that stays": (
            lambda: letter(created_at=now - HOUR),
            "Open de lijst: bij elke mail staat wat de mailserver antwoordde.",
        ),
        "mail that failed": (
            lambda: letter(state="failed"),
            "1 mail kon niet bezorgd worden.",
        ),
        "an old backup": (
            lambda: Backup.objects.update(taken_at=now - dt.timedelta(days=3)),
            "Typ elke nacht: manage.py backup BESTAND",
        ),
        "a mailbox that cannot be read": (
            lambda: Mailbox.objects.create(
                name="Info",
                host="x",
                username="x",
                error="NO [AUTHENTICATIONFAILED]",
                failing_since=now - HOUR,
            ),
            "Info kan niet gelezen worden: NO [AUTHENTICATIONFAILED]",
        ),
        "mail that nobody reads": (
            lambda: came_in(state="received"),
            "1 wachten op verwerking.",
        ),
        "mail that cannot be read": (
            lambda: came_in(state="quarantined"),
            "1 mail staat in quarantaine.",
        ),
        "no backup": (
            lambda: Backup.objects.all().delete(),
            "Er is nog nooit een back-up gemaakt.",
        ),
    }


def letter(**fields) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        message_id="<a@desk.example>", thread="x", from_email="a@desk.example",
        to=["b@x.example"], subject="x", body_text="x", **fields,
    )  # fmt: skip


def came_in(**fields) -> None:
    email, _is_new = keep(b"From: lies@x.example\nSubject: x\n\nhallo", Arrival())
    long_ago = timezone.now() - HOUR
    IncomingEmail.objects.filter(pk=email.pk).update(received_at=long_ago, **fields)


@pytest.mark.parametrize("what", trouble())
def test_what_is_wrong_stands_there_with_what_to_do(well, page, what):
    go_wrong, told = trouble()[what]
    go_wrong()
    text = page()
    assert told in text
    assert "Alles is in orde." not in text


def test_redis_away_is_told_and_the_page_works(well, page, settings):
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    assert "Start Redis opnieuw." in page()


def test_little_room_is_told(well, page, monkeypatch):
    monkeypatch.setattr(system, "LITTLE_ROOM", 10**18)
    assert "Maak plaats, of geef de desk een grotere schijf." in page()


def test_no_place_for_files_is_told(well, page, tmp_path):
    (tmp_path / "files").write_text("a file where the folder should be")
    assert "Bestanden kunnen niet bewaard worden (unwritable)." in page()


@pytest.mark.parametrize(("choice", "state"), [("send", "waiting"), ("leave", "failed")])
def test_a_restored_desk_goes_on_by_a_button(well, page, as_user, administrator, choice, state):
    mail = letter()
    hold("restored from a backup")
    assert "Er vertrekt niets: deze desk is teruggezet uit een back-up" in page()
    answer = as_user(administrator).post("/system/resume/", {"waiting": choice})
    assert answer["Location"] == "/system/"
    assert not is_held()
    mail.refresh_from_db()
    assert mail.state == state
    entry = AuditEntry.objects.get(action="sending_resumed")
    assert (entry.actor, entry.data) == (
        administrator,
        {"waited": 1, "sent": int(choice == "send")},
    )


def test_what_rests_because_the_desk_is_held_is_no_trouble(well, page):
    letter()
    OutgoingEmail.objects.update(created_at=timezone.now() - dt.timedelta(hours=3))
    TaskRun.objects.update(heard_at=timezone.now() - dt.timedelta(hours=3))
    hold("restored from a backup")
    text = page()
    assert "Zolang deze desk alles vasthoudt, loopt er niets vanzelf." in text
    assert "Niets van gehoord" not in text
    assert "1 mail wacht." in text


HELD = "Er vertrekt niets."


@pytest.mark.parametrize("url", ["/", "/queue/dispatch/", "/articles/", "/profile/"])
def test_every_page_of_the_desk_says_that_it_is_held(as_user, agent, url):
    browser = as_user(agent)
    assert HELD not in browser.get(url, follow=True).content.decode()
    hold("restored from a backup")
    text = browser.get(url, follow=True).content.decode()
    assert HELD in text
    assert "Een beheerder kan de desk laten verdergaan." in text


def test_an_administrator_is_led_to_the_button(as_user, administrator, requester):
    hold("restored from a backup")
    for url in ("/", "/audit/", "/admin/", "/admin/accounts/team/"):
        text = as_user(administrator).get(url, follow=True).content.decode()
        assert '<a href="/system/">Kijk na' in text
    assert HELD not in as_user(administrator).get("/system/").content.decode()
    assert HELD not in as_user(requester).get("/").content.decode()


def test_going_on_twice_is_once(well, as_user, administrator):
    as_user(administrator).post("/system/resume/", {"waiting": "send"})
    assert not AuditEntry.objects.filter(action="sending_resumed").exists()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_browser(page_of, administrator, width, scheme):
    hold("restored from a backup")
    page = page_of(administrator, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto("/system/")
    assert violations(page) == []
    assert fits(page)
