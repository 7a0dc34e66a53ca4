"""Drafts and their files over the web: kept, resumed, seen by nobody else."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.opening import NewTicket, open_ticket
from tickets.actions.replying import Text, add_note, reply
from tickets.intake.asking import NO_IDEA
from tickets.models import Attachment, Draft, Message, Ticket

pytestmark = pytest.mark.django_db

NEW = "/drafts/new_ticket/"


def test_what_is_typed_is_kept_as_it_is(as_user, requester):
    browser = as_user(requester)
    answer = browser.post(NEW, {"subject": "  Cache ", "systems": ["wise", "website"], "x": "\0"})
    assert answer.status_code == 200
    draft = Draft.objects.get(user=requester)
    assert draft.data == {"subject": "  Cache ", "systems": ["wise", "website"]}
    browser.post(NEW, {"subject": "Cache wissen"})
    assert Draft.objects.get(user=requester).data == {"subject": "Cache wissen"}


def test_a_draft_survives_signing_out(as_user, requester):
    browser = as_user(requester)
    browser.post(NEW, {"subject": "Cache"})
    browser.logout()
    assert browser.post(NEW, {"subject": "weg"}).status_code == 302
    assert Draft.objects.get(user=requester).data == {"subject": "Cache"}


def test_what_was_sent_is_not_kept_again(as_user, requester):
    token = uuid.uuid4()
    open_ticket(NewTicket(requester=requester, subject="V", body="x", token=token), by=requester)
    as_user(requester).post(NEW, {"subject": "V", "token": str(token)})
    assert not Draft.objects.exists()


def test_absurdly_much_is_refused_and_said(as_user, requester):
    answer = as_user(requester).post(NEW, {"body": "x" * 200_001})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize("kind", ["internal_note", "logged_ticket", "nonsense"])
def test_requesters_keep_only_their_own_kinds(as_user, requester, ticket, kind):
    browser = as_user(requester)
    assert browser.post(f"/drafts/{kind}/", {"body": "x"}).status_code == 404
    assert browser.post(f"/drafts/{kind}/{ticket.pk}/", {"body": "x"}).status_code == 404


def test_a_reply_is_kept_on_tickets_one_may_see(as_user, colleague, stranger, agent, ticket):
    place = f"/drafts/public_reply/{ticket.pk}/"
    assert as_user(colleague).post(place, {"body": "x"}).status_code == 200
    assert as_user(stranger).post(place, {"body": "x"}).status_code == 404
    assert (
        as_user(agent).post(f"/drafts/internal_note/{ticket.pk}/", {"body": "n"}).status_code == 200
    )
    assert as_user(agent).post("/drafts/logged_ticket/", {"subject": "n"}).status_code == 200


def test_files_join_the_draft_and_go_again(as_user, requester, screenshot):
    browser, token = as_user(requester), str(uuid.uuid4())
    answer = browser.post(NEW + "files/", {"files": [screenshot("a.png")], "token": token})
    assert answer.status_code == 200
    assert "a.png" in answer.content.decode()
    draft = Draft.objects.get(token=token)
    file = draft.attachments.get()
    answer = browser.post(f"{NEW}files/{file.pk}/remove/", headers={"HX-Request": "true"})
    assert "a.png" not in answer.content.decode()
    assert not Attachment.objects.exists()


def test_without_scripts_removing_a_file_keeps_the_text(as_user, requester, screenshot):
    browser = as_user(requester)
    browser.post(NEW + "files/", {"files": [screenshot()]})
    file = Attachment.objects.get()
    answer = browser.post(
        f"{NEW}files/{file.pk}/remove/", {"subject": "Getypt", "next": "/tickets/new/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/tickets/new/")
    assert Draft.objects.get(user=requester).data == {"subject": "Getypt"}


def test_a_refused_file_says_why_and_the_good_ones_stay(as_user, requester, screenshot):
    bad = SimpleUploadedFile("pagina.png", b"<html>")
    answer = as_user(requester).post(NEW + "files/", {"files": [screenshot("goed.png"), bad]})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "pagina.png" in page
    assert [file.filename for file in Attachment.objects.all()] == ["goed.png"]


def test_nobody_else_sees_or_removes_a_file_of_a_draft(
    as_user, requester, colleague, agent, screenshot
):
    as_user(requester).post(NEW + "files/", {"files": [screenshot()]})
    file = Attachment.objects.get()
    address = reverse("tickets:attachment-download", args=[file.pk])
    assert as_user(requester).get(address).status_code == 200
    for other in (colleague, agent):
        assert as_user(other).get(address).status_code == 404
        assert as_user(other).post(f"{NEW}files/{file.pk}/remove/").status_code == 404


def sent_file(ticket, author, upload, *, write=reply) -> Attachment:
    kind = Draft.Kind.PUBLIC_REPLY if write is reply else Draft.Kind.INTERNAL_NOTE
    draft = drafting.keep(drafting.draft_of(author, kind, ticket), {})
    file = attach(upload, draft=draft, by=author)
    write(ticket, Text(body="Zie bijlage", attachments=[file]), by=author)
    return file


def test_a_picture_is_shown_and_can_do_nothing(as_user, requester, agent, ticket, screenshot):
    file = sent_file(ticket, agent, screenshot("één scherm.png"))
    answer = as_user(requester).get(reverse("tickets:attachment-download", args=[file.pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_everything_else_is_saved_not_shown(as_user, requester, agent, ticket):
    page = SimpleUploadedFile("pagina.html", b"<!doctype html><script>alert(1)</script>")
    file = sent_file(ticket, agent, page)
    answer = as_user(requester).get(reverse("tickets:attachment-download", args=[file.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_is_as_secret_as_its_message(
    as_user, requester, colleague, stranger, agent, ticket, screenshot
):
    public = sent_file(ticket, requester, screenshot())
    internal = sent_file(ticket, agent, screenshot(), write=add_note)
    assert Message.objects.filter(attachments=internal).get().is_internal
    seen = {}
    for who in (requester, colleague, stranger, agent):
        browser = as_user(who)
        seen[who.first_name] = [
            browser.get(reverse("tickets:attachment-download", args=[file.pk])).status_code
            for file in (public, internal)
        ]
    assert seen == {"Sofie": [200, 404], "Wout": [200, 404], "Vera": [404, 404], "Noor": [200, 200]}


def test_a_draft_that_outlived_its_sending_swallows_nothing(as_user, requester, agent, ticket):
    """The server died between sending and throwing the draft away: the next text is another one."""
    browser = as_user(requester)
    form = {"kind": "information", "service": NO_IDEA, "subject": "Een", "body": "Eerste vraag."}
    browser.post("/drafts/new_ticket/", form)
    sent = Draft.objects.get(kind="new_ticket")
    first = open_ticket(
        NewTicket(requester, "Een", "Eerste vraag.", token=sent.token), by=requester
    )

    page = browser.get("/tickets/new/")
    token = page.context["draft"].token
    browser.post("/tickets/new/", form | {"subject": "Twee", "token": token})

    assert token != sent.token
    second = Ticket.objects.latest("pk")
    assert (second.pk != first.pk, second.subject) == (True, "Twee")
    assert not Draft.objects.exists()


def test_so_it_is_with_answers(as_user, requester, ticket):
    browser, url = as_user(requester), f"/tickets/{ticket.pk}/reply/"
    browser.post(f"/drafts/public_reply/{ticket.pk}/", {"body": "Een"})
    sent = Draft.objects.get()
    reply(ticket, Text("Een", token=sent.token), by=requester)

    kept = drafting.draft_of(requester, "public_reply", ticket)
    browser.post(url, {"body": "Twee", "token": kept.token})

    texts = ticket.messages.order_by("pk").values_list("body_text", flat=True)
    assert list(texts)[1:] == ["Een", "Twee"]
    assert not Draft.objects.exists()
