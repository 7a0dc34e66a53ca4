"""A file with a virus in a mail: the mail is taken in, the file becomes a text that says so."""

from email.message import EmailMessage

import pytest

from servicedesk.audit.models import AuditEntry
from tests.clamav import HARMFUL, clamd
from tickets.mail.intake import take_in
from tickets.mail.keeping import Arrival
from tickets.models import Attachment

__all__ = ["clamd"]

pytestmark = pytest.mark.django_db


def mail() -> bytes:
    message = EmailMessage()
    message["From"] = "iemand@elders.example"
    message["To"] = "servicedesk@desk.example"
    message["Subject"] = "Factuur"
    message["Message-ID"] = "<1@elders.example>"
    message.set_content("In bijlage.")
    message.add_attachment(HARMFUL, "application", "pdf", filename="factuur.pdf")
    message.add_attachment(b"Gewoon.", "text", "plain", filename="brief.txt")
    return message.as_bytes()


def files() -> dict[str, bytes]:
    return {row.filename: row.file.open().read() for row in Attachment.objects.all()}


def test_a_harmful_file_becomes_a_text_that_says_so(clamd, settings):
    settings.DESK_CLAMD = clamd.address
    assert take_in(mail(), Arrival()).outcome == "created"
    found = files()
    assert found.keys() == {"factuur.pdf.txt", "brief.txt"}
    assert b"virus" in found["factuur.pdf.txt"]
    assert HARMFUL not in found.values()
    assert AuditEntry.objects.get(action="file_refused").actor_id is None


def test_mail_does_not_wait_for_a_scanner_that_is_away(settings):
    settings.DESK_CLAMD = "unix:///nergens.sock"
    assert take_in(mail(), Arrival()).outcome == "created"
    assert files().keys() == {"factuur.pdf", "brief.txt"}
