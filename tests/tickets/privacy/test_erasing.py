"""Who asks to be forgotten is: no word is left, in no table and in no file. Figures stay."""

import io
import json
import zipfile

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from knowledgebase import publishing
from servicedesk.accounts.models import Organisation, User
from servicedesk.audit.models import AuditEntry
from servicedesk.operations.task_runs import note_failed
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.permissions import may_try_again
from servicedesk.outbox.sending import send_waiting
from servicedesk.outbox.writing import Letter, notify, post
from sla.availability.actions import NewOutage, open_outage
from sla.availability.actions.following import join
from sla.availability.models import StatusSubscriber
from sla.models import Clock
from tests.conftest import PASSWORD
from tests.tickets.mail.letters import mail
from tests.tickets.privacy.places import where
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.following import add_follower
from tickets.actions.forwarding import Question, forward
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.exceptions import TicketError
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.mail.tokens import supplier_address
from tickets.models import Attachment, Ticket
from tickets.privacy.erasing import erase_person
from tickets.privacy.exporting import held

pytestmark = pytest.mark.django_db

#: In everything that Sofie wrote or that was written to her.
CANARY = "kanariegoud"


MAIL = f"""From: Sofie Vermeer <sofie@heidedal.example>
To: servicedesk@desk.example
Subject: Mail over {CANARY}
Message-ID: <{CANARY}@heidedal.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

Ook per mail: {CANARY}

Met vriendelijke groeten
Sofie Vermeer
--x
Content-Type: text/plain; name="{CANARY}.log"
Content-Disposition: attachment; filename="{CANARY}.log"

{CANARY}
--x--
""".replace("\n", "\r\n")


SUPPLIERS_MAIL = f"""From: Wim Baert <wim@webbouwers.example>
To: ADDRESS
Subject: Over {CANARY}
Message-ID: <{CANARY}@webbouwers.example>

Dag Noor, dat van Sofie Vermeer over {CANARY} is hersteld.
""".replace("\n", "\r\n")


def file_of(user, kind, ticket=None, word=CANARY):
    draft = drafting.draft_of(user, kind, ticket)
    stored = draft if draft.pk else drafting.keep(draft, {"body": word})
    return attach(SimpleUploadedFile(f"{word}.txt", word.encode()), draft=stored, by=user)


@pytest.fixture
def foreign(stranger, websites) -> Ticket:
    return open_ticket(
        NewTicket(requester=stranger, subject="Vraag van Vera", body="Iets anders."), by=stranger
    )


@pytest.fixture
def story(requester, colleague, agent, foreign, websites, bug, client, supplier) -> Ticket:
    """Sofie asks, follows, writes elsewhere, keeps drafts, votes; others write about her."""
    requester.phone = "0470 12 34 56"
    requester.save()
    ticket = open_ticket(
        NewTicket(
            requester=requester,
            subject=f"Vraag over {CANARY}",
            body=f"Sinds gisteren {CANARY}.",
            service=websites,
            intake={"steps": [f"Ik probeerde {CANARY}"]},
            callback_phone="0470 12 34 56",
            wants_callback=True,
            attachments=[file_of(requester, "new_ticket")],
        ),
        by=requester,
    )
    question = Question(supplier, Text(f"Sofie Vermeer vraagt {CANARY}"), told=f"Na {CANARY}")
    thread = forward(ticket, question, by=agent)
    answer = SUPPLIERS_MAIL.replace("ADDRESS", supplier_address(thread.pk))
    assert take_in(answer.encode(), Arrival()).email.message.kind == "supplier_in"
    reply(ticket, Text(f"Dag Sofie Vermeer, {CANARY}"), by=agent, then="solved", category=bug)
    add_note(ticket, Text(f"Sofie belde over {CANARY}"), by=agent)
    add_follower(foreign, requester, by=agent)
    reply(
        foreign,
        Text(f"Ik ken {CANARY}", [file_of(requester, "public_reply", foreign)]),
        by=requester,
    )
    reply(foreign, Text("Sofie Vermeer heeft gelijk, mail sofie@heidedal.example"), by=agent)
    about_her = Question(supplier, Text("Sofie Vermeer ziet het ook"), subject="Van Sofie Vermeer")
    forward(foreign, about_her, by=agent)
    open_ticket(NewTicket(requester=requester, subject=f"Open {CANARY}", body="x"), by=requester)
    file_of(requester, "new_ticket")
    drafting.keep(drafting.draft_of(agent, "public_reply", ticket), {"body": f"Beste {CANARY}"})
    drafting.keep(
        drafting.draft_of(agent, "logged_ticket", None),
        {"new_name": "Sofie Vermeer", "new_email": requester.email, "body": "Belt terug"},
    )
    drafting.keep(drafting.draft_of(agent, "internal_note", foreign), {"body": "Sofie Vermeer!"})
    Organisation.objects.filter(pk=foreign.organisation_id).update(notes="Bel sofie vermeer.")
    StatusSubscriber.objects.create(email="Sofie@heidedal.example", confirmed_at=timezone.now())
    outage = open_outage(NewOutage(service=websites, title="Websites laden traag"), by=agent)
    join(outage, requester)
    note_failed("tickets.tasks.x", ValueError("mail of sofie@heidedal.example"))
    article = publishing.publish(
        publishing.write_article(publishing.Content("T", "S", "B"), by=agent), by=agent
    )
    publishing.vote(article, by=requester, helpful=False, comment=f"Niet over {CANARY}")
    notify([requester.pk], key="k", kind="public_reply_added", ticket=ticket.pk)
    take_in(MAIL.encode(), Arrival())
    send_waiting()
    login = {"login": requester.email, "password": PASSWORD}
    client.post(reverse("account_login"), login | {"password": "verkeerd"})
    client.post(reverse("account_login"), login)
    SocialAccount.objects.create(
        user=requester, provider="huis", uid="42", extra_data={"email": requester.email}
    )
    return ticket


WORDS = [CANARY, "sofie", "vermeer", "0470 12 34 56"]


def test_no_word_of_a_forgotten_person_is_left(
    story, requester, administrator, heidedal, django_capture_on_commit_callbacks
):
    assert {"tickets_message", "tickets_draft", "accounts_user"} <= set(
        where(CANARY) + where("sofie")
    )
    assert {"file attachments", "file incoming"} <= set(where(CANARY))
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_person(requester, by=administrator) == 3
    assert {word: where(word) for word in WORDS} == {word: [] for word in WORDS}


def test_mail_to_others_goes_out_and_is_emptied_then(
    story, foreign, requester, stranger, agent, administrator, django_capture_on_commit_callbacks
):
    """It waits while Sofie is forgotten: Vera gets what she waits for, and no copy is kept."""
    reply(foreign, Text(f"Sofie Vermeer zag ook {CANARY}"), by=agent)
    waiting = OutgoingEmail.objects.get(thread=f"ticket:{foreign.pk}", state="waiting")
    assert waiting.to == [stranger.email]
    assert waiting.cc == [requester.email]
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(requester, by=administrator)
    waiting.refresh_from_db()
    assert (waiting.to, waiting.cc, CANARY in waiting.body_text) == ([stranger.email], [], True)
    assert where("sofie@heidedal.example") == []

    assert send_waiting() == 1

    assert where("vermeer") == []
    assert "outbox_outgoingemail" not in where(CANARY)  # the word of Noor, who wrote it, stays
    waiting.refresh_from_db()
    assert (waiting.state, waiting.to, waiting.body_text) == ("sent", [], "")


def test_mail_to_others_that_nobody_takes_is_emptied_too(
    story, foreign, requester, agent, administrator, stranger, sink
):
    sink.script.recipient[stranger.email] = ["550 5.1.1 unknown"]
    reply(foreign, Text(f"Sofie Vermeer zag ook {CANARY}"), by=agent)
    erase_person(requester, by=administrator)

    send_waiting()

    failed = OutgoingEmail.objects.get(state="failed")
    assert (failed.to, failed.subject, failed.body_text) == ([stranger.email], "", "")
    assert not may_try_again(administrator, failed)


def test_the_raw_mail_of_somebody_else_that_names_the_person_goes_too(
    requester, administrator, stranger
):
    taken = take_in(mail(f"Vraag het aan {requester.name}.", sender=stranger.email), Arrival())
    other = take_in(mail("Nog iets.", sender=stranger.email), Arrival())
    erase_person(requester, by=administrator)
    taken.email.refresh_from_db()
    other.email.refresh_from_db()
    assert not taken.email.raw
    assert other.email.raw
    assert taken.email.message.body_text == "Vraag het aan […]."


def test_warnings_to_agents_that_name_the_tickets_are_emptied(
    story, foreign, requester, agent, administrator
):
    own, other = story.get_absolute_url(), foreign.get_absolute_url()
    about_own = Letter("a", f"alerts:{agent.pk}", "SLA", [agent.email], f"Vraag https://d{own}")
    about_other = Letter("b", f"alerts:{agent.pk}", "SLA", [agent.email], f"Vraag https://d{other}")
    about_sofie = Letter("c", f"account:{agent.pk}", "x", [agent.email], "Vraagt SOFIE VERMEER het")
    mails = [post(letter) for letter in (about_own, about_other, about_sofie)]
    send_waiting()

    erase_person(requester, by=administrator)

    kept = [OutgoingEmail.objects.get(pk=mail.pk).body_text for mail in mails]
    assert kept == ["", about_other.body_text, ""]


@pytest.mark.parametrize(
    ("name", "phone", "is_sure"),
    [("website", "2026", False), ("De website", "02 026 20 26", True)],
)
def test_a_name_of_every_day_harms_no_text_of_others(
    stranger, requester, administrator, as_user, name, phone, is_sure
):
    """People choose their own names; whoever makes the desk forget sees what would go out."""
    said = "De website met websites van 2026 is stuk: bel 02 026 20 26 of vera@devlier.example."
    other = open_ticket(NewTicket(requester=requester, subject="Web", body=said), by=requester)
    stranger.name, stranger.phone = name, phone
    stranger.save()
    browser = as_user(administrator)

    page = browser.get(reverse("tickets:person-data", args=[stranger.pk]))

    shown = {mark.word: (mark.tickets, is_ticked) for mark, is_ticked in page.context["marks"]}
    assert shown == {name: (1, is_sure), phone: (1, is_sure)}
    typed = {"address": stranger.email, "words": ["iets anders"]}
    wrong = browser.post(page.context["request"].path + "erase/", typed | {"address": "x"})
    assert [is_ticked for _mark, is_ticked in wrong.context["marks"]] == [False, False]
    browser.post(reverse("tickets:person-erase", args=[stranger.pk]), typed)
    assert other.messages.get().body_text == said.replace(stranger.email, "[…]")


def test_only_whole_words_are_taken_out(stranger, requester, administrator):
    said = "De websites van de Vlier; de WEBSITE, de website."
    other = open_ticket(NewTicket(requester=requester, subject="Web", body=said), by=requester)
    stranger.name = "De website"
    stranger.save()

    erase_person(stranger, by=administrator)

    assert other.messages.get().body_text == "De websites van de Vlier; […], […]."


def test_numbers_clocks_and_log_stay(story, requester, administrator, heidedal):
    events = story.events.count()
    clocks = list(
        Clock.objects.filter(ticket=story.pk)
        .order_by("metric")
        .values_list("metric", "used_seconds")
    )
    mails = OutgoingEmail.objects.exclude(state="waiting").count()
    erase_person(requester, by=administrator)
    story.refresh_from_db()
    assert story.organisation == heidedal
    assert (story.status, story.category.slug, story.service.slug) == ("closed", "bug", "websites")
    assert story.messages.count() == 6
    assert story.events.count() == events + 2  # closed, anonymised
    assert story.events.last().kind == "anonymised"
    after = (
        Clock.objects.filter(ticket=story.pk)
        .order_by("metric")
        .values_list("metric", "used_seconds")
    )
    assert list(after) == clocks
    assert OutgoingEmail.objects.exclude(state="waiting").count() == mails
    entry = AuditEntry.objects.get(action="person_erased")
    assert (entry.actor_id, entry.about_id, entry.data) == (
        administrator.pk, str(requester.pk), {"tickets": 3},
    )  # fmt: skip


def test_others_keep_what_is_theirs(story, foreign, requester, administrator, stranger):
    erase_person(requester, by=administrator)
    foreign.refresh_from_db()
    assert (foreign.requester, foreign.status, foreign.anonymised_at) == (stranger, "on_hold", None)
    texts = [message.body_text for message in foreign.messages.all()]
    assert texts[0] == "Iets anders."
    assert texts[2] == "[…] heeft gelijk, mail […]"


def test_a_forgotten_person_is_out_at_once(story, requester, administrator, client):
    assert client.get(reverse("home")).status_code == 200
    erase_person(requester, by=administrator)
    assert client.get(reverse("home")).status_code == 302
    requester.refresh_from_db()
    assert not requester.is_active
    assert not requester.has_usable_password()


def test_pages_of_a_forgotten_person_name_nobody(story, requester, administrator, agent, as_user):
    erase_person(requester, by=administrator)
    for url in (
        story.get_absolute_url(),
        reverse("tickets:ticket-history", args=[story.pk]),
        reverse("tickets:queue-search") + f"?q={story.pk}",
        reverse("tickets:queue-search") + "?q=sofie",
    ):
        page = as_user(agent).get(url, follow=True).content.decode().lower()
        assert CANARY not in page
        assert "vermeer" not in page


def test_forgetting_twice_changes_nothing(story, requester, administrator):
    erase_person(requester, by=administrator)
    assert erase_person(requester, by=administrator) == 0


def test_people_of_the_desk_are_not_forgotten_as_they_are(agent, administrator):
    with pytest.raises(TicketError):
        erase_person(agent, by=administrator)


def test_only_administrators_make_the_desk_forget(requester, colleague, agent):
    for by in (requester, colleague, agent):
        with pytest.raises(TicketError):
            erase_person(requester, by=by)


# --- the page -------------------------------------------------------------------------------


def test_the_page_asks_for_the_address_first(story, requester, administrator, as_user):
    browser, url = as_user(administrator), reverse("tickets:person-erase", args=[requester.pk])
    refused = browser.post(url, {"address": "iemand@anders.example"})
    assert refused.status_code == 422
    assert "fault" in refused.content.decode()
    named = {"address": " Sofie@Heidedal.example ", "words": ["Sofie Vermeer", "0470 12 34 56"]}
    assert browser.post(url, named).status_code == 302
    page = browser.get(reverse("tickets:person-data", args=[requester.pk])).content.decode()
    assert "sofie" not in page.lower()


def unzipped(answer) -> tuple[dict, list[str]]:
    archive = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    names = [name for name in archive.namelist() if name != "data.json"]
    assert all(archive.read(name) for name in names)
    return json.loads(archive.read("data.json")), names


def test_a_person_gets_a_copy_of_everything_but_notes(story, foreign, requester, as_user):
    answer = as_user(requester).post(reverse("tickets:own-export"))
    assert answer["Content-Disposition"].startswith("attachment")
    data, files = unzipped(answer)
    assert data["profile"]["email"] == requester.email
    assert [t["subject"] for t in data["tickets"]] == [
        f"{what} {CANARY}" for what in ("Vraag over", "Open", "Mail over")
    ]
    assert data["messages_on_tickets_of_others"][0]["text"] == f"Ik ken {CANARY}"
    assert data["drafts"]
    assert data["answers_about_articles"][0]["comment"] == f"Niet over {CANARY}"
    assert len(files) == 4
    assert [row["confirmed_at"] is not None for row in data["status_page"]] == [True]
    assert (len(data["outages_followed"]), data["accounts_elsewhere"][0]["uid"]) == (1, "42")
    assert "Sofie belde" not in json.dumps(data)  # the internal note
    assert "Iets anders" not in json.dumps(data["tickets"])
    assert AuditEntry.objects.filter(
        action="personal_data_downloaded", actor=requester, about_id=str(requester.pk)
    ).exists()


def test_who_worked_at_the_desk_gets_no_notes_either(
    story, requester, agent, supplier, screenshot, as_user
):
    ticket = open_ticket(NewTicket(requester=requester, subject="Vraag", body="x"), by=requester)

    def files(kind: str, name: str) -> list[Attachment]:
        draft = drafting.keep(drafting.draft_of(agent, kind, ticket), {"body": f"klad {kind}"})
        return [attach(screenshot(name), draft=draft, by=agent)]

    reply(ticket, Text("Een antwoord.", files("public_reply", "open.png")), by=agent)
    add_note(ticket, Text("Een geheim.", files("internal_note", "notitie.png")), by=agent)
    forward(ticket, Question(supplier, Text("Een vraag.")), by=agent)
    files("internal_note", "kladnotitie.png")
    files("public_reply", "klad.png")
    User.objects.filter(pk=agent.pk).update(role="requester")
    data, names = unzipped(as_user(agent).post(reverse("tickets:own-export")))
    elsewhere = data["messages_on_tickets_of_others"]
    assert "Een antwoord." in [message["text"] for message in elsewhere]
    assert [draft["kind"] for draft in data["drafts"] if draft["ticket"] == ticket.pk] == [
        "public_reply"
    ]
    for hidden in ("geheim", "Een vraag", "klad internal"):
        assert hidden not in json.dumps(data)
    assert sorted(name.partition("-")[2] for name in names) == ["klad.png", "open.png"]


def test_a_copy_leaves_out_a_file_that_is_gone(story, foreign, requester, as_user, caplog):
    gone = Attachment.objects.filter(uploaded_by=requester).first()
    gone.file.storage.delete(gone.file.name)
    _data, files = unzipped(as_user(requester).post(reverse("tickets:own-export")))
    assert len(files) == 3
    assert gone.file.name in caplog.text


def test_a_copy_of_many_tickets_asks_no_more_than_one_of_few(story, requester):
    with CaptureQueriesContext(connection) as few:
        held(requester)
    for subject in ("Een", "Twee"):
        open_ticket(NewTicket(requester=requester, subject=subject, body="Dag"), by=requester)
    with CaptureQueriesContext(connection) as more:
        held(requester)
    assert len(more) == len(few)


def test_an_administrator_gets_the_copy_for_somebody(story, requester, administrator, as_user):
    answer = as_user(administrator).post(reverse("tickets:person-export", args=[requester.pk]))
    assert unzipped(answer)[0]["profile"]["name"] == "Sofie Vermeer"
