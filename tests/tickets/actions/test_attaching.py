"""Files on a draft: what is kept of them, what is refused."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from servicedesk.lib.storage import DurableStorage
from tickets.actions import drafting
from tickets.actions.attaching import attach, detach
from tickets.exceptions import TicketError
from tickets.models import Attachment, Draft

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


def test_an_svg_that_says_so_is_taken_but_is_no_picture_to_show(draft, requester):
    svg = SimpleUploadedFile("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert not attach(svg, draft=draft, by=requester).is_picture


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
