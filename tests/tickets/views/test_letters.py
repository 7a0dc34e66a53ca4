"""The texts of mails: edited, looked at, refused with a clear sentence, and taken back."""

import pytest
from django.urls import reverse

from servicedesk.audit.models import AuditEntry
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import LetterText

pytestmark = pytest.mark.django_db


def url(name: str, kind: str = "receipt", language: str = "nl") -> str:
    return reverse(f"tickets:letter-{name}", args=[kind, language])


def test_an_edited_text_is_what_people_get(administrator, as_user, ticket, mails):
    browser = as_user(administrator)
    text = {"subject": "{tag} Welkom {requester}", "body": "Dag {requester_name}\r\n\r\n{button}"}
    assert browser.post(url("edit"), text).status_code == 302
    again = open_ticket(
        NewTicket(requester=ticket.requester, subject="Nog een", body="x"), by=ticket.requester
    )
    (mail,) = mails(again, "receipt")
    assert mail.subject == f"[#{again.pk}] Welkom Sofie"
    assert "Dag Sofie Vermeer" in mail.body_text
    assert "Je vraag heeft nummer" not in mail.body_text
    assert AuditEntry.objects.filter(action="configuration_changed").count() == 1


def test_back_to_the_text_of_the_house(administrator, as_user):
    browser = as_user(administrator)
    browser.post(url("edit"), {"subject": "{tag}", "body": "Anders"})
    assert "Terug naar de standaardtekst" in browser.get(url("edit")).content.decode()
    for _twice in range(2):
        assert browser.post(url("reset")).status_code == 302
    assert not LetterText.objects.exists()
    assert "We hebben je vraag" in browser.get(url("edit")).content.decode()


@pytest.mark.parametrize(
    ("subject", "body", "sentence"),
    [
        ("{tag}", "Dag {wachtwoord}", "{wachtwoord} bestaat hier niet."),
        ("{tag}", "Dag {signature}", "{signature} bestaat hier niet."),
        ("{tag}", "Klik op {button}", "geef het een eigen alinea"),
        ("{tag} {button}", "Dag", "{button} bestaat hier niet."),
        ("Zonder", "Dag", "Het onderwerp heeft {tag} nodig"),
        ("", "Dag", "Een mail heeft een onderwerp nodig."),
        ("{tag}", " ", "Een mail heeft een tekst nodig."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(administrator, as_user, subject, body, sentence):
    answer = as_user(administrator).post(url("edit"), {"subject": subject, "body": body})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert body.strip() in page
    assert not LetterText.objects.exists()


def test_a_preview_shows_what_is_typed_and_keeps_nothing(administrator, as_user):
    browser = as_user(administrator)
    typed = {"subject": "{tag}", "body": "Dag {requester}, <script>alert(1)</script>"}
    answer = browser.post(url("preview"), typed)
    page = answer.content.decode()
    assert "Dag Sofie, " in page
    assert "<script" not in page
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "{onzin}" in browser.post(url("preview"), {**typed, "body": "{onzin}"}).content.decode()
    assert not LetterText.objects.exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_has_a_page_and_a_preview_without_a_working_link(
    administrator, as_user, language
):
    browser = as_user(administrator)
    page = browser.get(reverse("tickets:letter-list")).content.decode()
    for kind in ("receipt", "reply", "copy", "solved", "reminder", "following", "handed_over"):
        assert url("edit", kind, language) in page
        assert browser.get(url("edit", kind, language)).status_code == 200
        shown = browser.get(url("preview", kind, language)).content.decode()
        assert "/answer/" not in shown
    assert browser.get(url("edit", "nonsense", language)).status_code == 404


def test_only_the_editor_may_frame_and_only_what_is_ours(administrator, as_user):
    browser = as_user(administrator)
    assert "frame-src 'self'" in browser.get(url("edit"))["Content-Security-Policy"]
    listed = browser.get(reverse("tickets:letter-list"))["Content-Security-Policy"]
    assert "frame-src 'self'" not in listed
