"""Files and small things the stories about tickets share."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from servicedesk.outbox.models import OutgoingEmail


@pytest.fixture
def screenshot():
    """`screenshot("x.png")`: an uploaded picture of that name."""

    def make(name: str = "scherm.png") -> SimpleUploadedFile:
        out = BytesIO()
        Image.new("RGB", (4, 3), "teal").save(out, "PNG")
        return SimpleUploadedFile(name, out.getvalue(), "image/png")

    return make


@pytest.fixture
def queries():
    """`queries(browser.get, "/")`: how many queries that call makes."""

    def count(act, *args) -> int:
        with CaptureQueriesContext(connection) as seen:
            act(*args)
            return len(seen)

    return count


@pytest.fixture
def mails():
    """`mails(ticket)`: all about it, oldest first; `mails(ticket, "solved")`: of one kind."""

    def about(ticket, kind: str = "") -> list[OutgoingEmail]:
        found = OutgoingEmail.objects.filter(thread=f"ticket:{ticket.pk}").order_by("pk")
        return [mail for mail in found if f".{kind}." in mail.message_id or not kind]

    return about
