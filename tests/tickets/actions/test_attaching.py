"""Files on a draft: what is kept of them, what is refused."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image

from servicedesk.audit.models import AuditEntry
from servicedesk.lib import pictures
from servicedesk.lib.storage import DurableStorage
from tests.clamav import HARMFUL, clamd
from tickets.actions import drafting
from tickets.actions.attaching import attach, detach
from tickets.actions.replying import Text, reply
from tickets.drawing import draw_waiting
from tickets.exceptions import TicketError
from tickets.models import Attachment, Draft

__all__ = ["clamd"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(requester) -> Draft:
    return drafting.keep(drafting.draft_of(requester, Draft.Kind.NEW_TICKET), {"subject": "Vraag"})


def test_a_file_is_kept_whole_under_a_name_of_our_own(draft, requester, screenshot):
    upload = screenshot("../Mijn scherm.png")
    attachment = attach(upload, draft=draft, by=requester)
    upload.seek(0)
    assert attachment.filename == "Mijn scherm.png"
    assert attachment.content_type == "image/png"
    assert attachment.size == upload.size
    assert attachment.sha256 == hashlib.sha256(upload.read()).hexdigest()
    assert "scherm" not in attachment.file.name
    upload.seek(0)
    assert attachment.file.open().read() == upload.read()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("leeg.txt", b"", "leeg.txt"),
        ("pagina.png", b"<!doctype html><script>alert(1)</script>", "picture"),
        ("tekening.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        ("foto.jpg", b"MZ\x90\x00\x03\x00", "program"),
        ("start.bat", b"@echo off", "program"),
    ],
)
def test_some_files_are_refused_with_a_sentence_that_names_them(
    draft, requester, name, content, why
):
    with pytest.raises(TicketError) as refused:
        attach(SimpleUploadedFile(name, content), draft=draft, by=requester)
    assert name in str(refused.value)
    assert not Attachment.objects.exists()


def test_an_svg_that_says_so_is_taken_but_is_no_picture_to_show(draft, requester, as_user):
    svg = SimpleUploadedFile("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    attachment = attach(svg, draft=draft, by=requester)
    assert not attachment.is_picture
    answer = as_user(requester).get(reverse("tickets:attachment-download", args=[attachment.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.svg"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("café.txt", "attachment; filename*=utf-8''caf%C3%A9.txt"),
        ('a"; filename=b.txt', r'attachment; filename="a\"; filename=b.txt"'),
    ],
)
def test_a_name_cannot_write_on_in_the_header(draft, requester, as_user, name, said):
    attachment = attach(SimpleUploadedFile("x.txt", b"x"), draft=draft, by=requester)
    Attachment.objects.filter(pk=attachment.pk).update(filename=name)
    answer = as_user(requester).get(reverse("tickets:attachment-download", args=[attachment.pk]))
    assert answer["Content-Disposition"] == said


def test_a_file_may_be_as_large_as_the_setting_says(draft, requester, settings):
    settings.DESK_ATTACHMENT_MAX_BYTES = 10
    attach(SimpleUploadedFile("past.txt", b"x" * 10), draft=draft, by=requester)
    with pytest.raises(TicketError, match=r"groot\.txt"):
        attach(SimpleUploadedFile("groot.txt", b"x" * 11), draft=draft, by=requester)


def test_so_many_files_go_along_and_no_more(draft, requester, settings, screenshot):
    settings.DESK_ATTACHMENT_MAX_FILES = 2
    attach(screenshot(), draft=draft, by=requester)
    attach(screenshot(), draft=draft, by=requester)
    with pytest.raises(TicketError):
        attach(screenshot("derde.png"), draft=draft, by=requester)


def test_taking_a_file_back_deletes_its_bytes(
    draft, requester, colleague, screenshot, django_capture_on_commit_callbacks
):
    attachment = attach(screenshot(), draft=draft, by=requester)
    with pytest.raises(TicketError):
        detach(attachment, by=colleague)
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment, by=requester)
    assert not attachment.file.storage.exists(attachment.file.name)
    assert not Attachment.objects.exists()


def test_throwing_a_draft_away_takes_its_files_along(
    draft, requester, screenshot, django_capture_on_commit_callbacks
):
    attachment = attach(screenshot(), draft=draft, by=requester)
    with django_capture_on_commit_callbacks(execute=True):
        drafting.discard(draft)
    assert not Draft.objects.exists()
    assert not attachment.file.storage.exists(attachment.file.name)


def test_half_a_file_is_no_file(tmp_path):
    storage = DurableStorage(location=tmp_path)

    class Broken(SimpleUploadedFile):
        def chunks(self, chunk_size=None):
            yield b"half"
            raise OSError("the line went dead")

    with pytest.raises(OSError, match="dead"):
        storage.save("a/b", Broken("x", b"half of it"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_of_a_transaction_that_fails_leaves_no_row(draft, requester, screenshot):
    def breaks_off() -> None:
        with transaction.atomic():
            attach(screenshot(), draft=draft, by=requester)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert not Attachment.objects.exists()


# --- pictures, drawn anew -------------------------------------------------------------------


def test_a_picture_is_shown_as_we_drew_it_and_saved_as_it_came(
    draft, requester, as_user, django_capture_on_commit_callbacks
):
    out = BytesIO()
    Image.new("RGB", (4, 3)).save(out, "PNG")
    sent = out.getvalue() + b"<script>alert(1)</script>"
    upload = SimpleUploadedFile("scherm.png", sent, "image/png")
    attachment = attach(upload, draft=draft, by=requester)
    browser = as_user(requester)
    url = reverse("tickets:attachment-download", args=[attachment.pk, attachment.filename])
    shown, saved = browser.get(url), browser.get(f"{url}?save")
    assert b"script" not in shown.getvalue()
    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == ("image/png", "inline")
    assert saved.getvalue() == sent
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    for answer in (shown, saved):
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    with django_capture_on_commit_callbacks(execute=True):
        detach(attachment, by=requester)
    assert not attachment.shown.storage.exists(attachment.shown.name)


@pytest.mark.parametrize("query", ["", "?save"])
def test_a_file_that_is_gone_is_not_found_and_stands_in_the_log(
    draft, requester, as_user, screenshot, caplog, query
):
    attachment = attach(screenshot(), draft=draft, by=requester)
    for file in (attachment.file, attachment.shown):
        file.storage.delete(file.name)
    url = reverse("tickets:attachment-download", args=[attachment.pk, attachment.filename])
    answer = as_user(requester).get(url + query)
    assert answer.status_code == 404
    assert "<!doctype html>" in answer.text
    (told,) = [one.getMessage() for one in caplog.records if one.levelname == "ERROR"]
    assert (attachment.file if query else attachment.shown).name in told


def test_a_picture_nobody_can_draw_is_kept_but_never_shown(draft, requester, as_user):
    broken = SimpleUploadedFile("half.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(60))
    attachment = attach(broken, draft=draft, by=requester)
    assert not attachment.is_picture
    url = reverse("tickets:attachment-download", args=[attachment.pk])
    assert as_user(requester).get(url)["Content-Disposition"].startswith("attachment")


def test_a_picture_of_too_many_pixels_is_refused(draft, requester, screenshot, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 11)
    with pytest.raises(TicketError, match=r"groot\.png"):
        attach(screenshot("groot.png"), draft=draft, by=requester)
    assert not Attachment.objects.exists()
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_a_picture_that_came_another_way_is_drawn_by_the_worker(
    draft, requester, screenshot, monkeypatch
):
    good = attach(screenshot(), draft=draft, by=requester)
    Attachment.objects.update(shown=None)
    assert draw_waiting() == 1
    good.refresh_from_db()
    assert good.is_picture
    Attachment.objects.update(shown=None)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1)
    assert draw_waiting() == 1
    good.refresh_from_db()
    assert not good.is_picture
    assert draw_waiting() == 0


# --- room -----------------------------------------------------------------------------------


def text(name: str, size: int = 10) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size)


def test_the_files_of_a_ticket_have_an_end(ticket, requester, agent, settings):
    settings.DESK_TICKET_QUOTA_BYTES = 25
    draft = drafting.keep(drafting.draft_of(requester, "public_reply", ticket), {"body": "x"})
    file = attach(text("een.txt"), draft=draft, by=requester)
    reply(ticket, Text("Zie bijlage", [file]), by=requester)
    draft = drafting.keep(drafting.draft_of(requester, "public_reply", ticket), {"body": "x"})
    attach(text("twee.txt"), draft=draft, by=requester)
    with pytest.raises(TicketError, match=r"drie\.txt.*ticket"):
        attach(text("drie.txt"), draft=draft, by=requester)


def test_the_files_of_an_organisation_have_an_end(
    draft, requester, colleague, stranger, agent, settings
):
    settings.DESK_ORGANISATION_QUOTA_BYTES = 15
    attach(text("een.txt"), draft=draft, by=requester)
    theirs = drafting.keep(drafting.draft_of(colleague, "new_ticket"), {"body": "x"})
    with pytest.raises(TicketError, match=r"twee\.txt.*organisatie"):
        attach(text("twee.txt"), draft=theirs, by=colleague)
    for other in (stranger, agent):
        own = drafting.keep(drafting.draft_of(other, "new_ticket"), {"body": "x"})
        attach(text("drie.txt", 15), draft=own, by=other)


# --- viruses --------------------------------------------------------------------------------


def test_a_harmful_file_is_refused_with_a_sentence(draft, requester, clamd, settings):
    settings.DESK_CLAMD = clamd.address
    attach(text("brief.txt"), draft=draft, by=requester)
    with pytest.raises(TicketError, match=r"vakantie\.txt.*virus"):
        attach(SimpleUploadedFile("vakantie.txt", HARMFUL), draft=draft, by=requester)
    assert [a.filename for a in Attachment.objects.all()] == ["brief.txt"]
    entry = AuditEntry.objects.get(action="file_refused")
    assert (entry.actor_id, entry.data) == (requester.pk, {"finding": "Desk.Test.UNOFFICIAL"})


def test_the_form_says_so_and_keeps_what_was_typed(draft, requester, clamd, settings, as_user):
    settings.DESK_CLAMD = clamd.address
    url = reverse("tickets:attachment-upload", args=["new_ticket"])
    upload = SimpleUploadedFile("vakantie.txt", HARMFUL)
    answer = as_user(requester).post(url, {"files": upload}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "virus" in answer.content.decode()
    assert Draft.objects.get().data == {"subject": "Vraag"}


@pytest.mark.parametrize("policy", ["refuse", "accept"])
def test_while_the_scanner_is_away_the_setting_decides(draft, requester, settings, policy, caplog):
    settings.DESK_CLAMD, settings.DESK_CLAMD_AWAY = "unix:///nergens.sock", policy
    if policy == "refuse":
        with pytest.raises(TicketError, match=r"brief\.txt"):
            attach(text("brief.txt"), draft=draft, by=requester)
    else:
        attach(text("brief.txt"), draft=draft, by=requester)
    assert "scanner did not answer" in caplog.text
    assert Attachment.objects.exists() == (policy == "accept")
