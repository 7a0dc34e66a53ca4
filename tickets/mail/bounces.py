"""Delivery reports: which mail of ours did not arrive, at whom, and why.

A report names our mail by its Message-ID, which could be guessed. So it must also quote what only
that mail held: its proof, or its sealed reply address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.writing import PROOF
from tickets.mail.headers import read_addresses
from tickets.mail.mail import Mail
from tickets.models import UndeliverableAddress

_status = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Failure:
    """One recipient who did not get it. `is_final`: and never will, says the server."""

    address: str
    said: str
    is_final: bool


def mail_reported(mail: Mail) -> OutgoingEmail | None:
    """The mail of ours that the report is about."""
    ids = [one for one in mail.report_about if len(one) <= 255]
    for email in OutgoingEmail.objects.filter(message_id__in=ids).order_by("-pk"):
        if any(one in mail.report_quotes.lower() for one in _only_in(email)):
            return email
    return None


def _only_in(email: OutgoingEmail) -> Iterator[str]:
    if proof := email.headers.get(PROOF):
        yield proof
    if seal := re.search(r"\+[s\d.]+\.[a-z2-7]{26}", str(email.headers.get("Reply-To", ""))):
        yield seal.group()


def failures(mail: Mail, about: OutgoingEmail) -> list[Failure]:
    """Whom of its readers the mail did not reach."""
    readers = {address.lower() for address in [*about.to, *about.cc]}
    found = [_failure(fields) for fields in mail.report]
    for value in mail.told.get("x-failed-recipients", []):
        said = next((line for line in mail.body_text.split("\n") if _status.search(line)), "")
        final = _status.search(said)
        found += [
            Failure(a.email, said.strip()[:500], final is not None and final[1] == "5")
            for a in read_addresses(value.encode())
        ]
    return [one for one in found if one is not None and one.address in readers]


def note_failures(about: OutgoingEmail, found: list[Failure]) -> None:
    """Marks our mail, so that the ticket shows it, and addresses that will never work."""
    final = {one.address: one.said for one in found if one.is_final}
    if not final:
        return
    email = OutgoingEmail.objects.select_for_update().get(pk=about.pk)
    email.refused = {**email.refused, **final}
    email.state, email.failed_at = OutgoingEmail.State.FAILED, timezone.now()
    email.error = "; ".join(final.values())[:2000]
    email.save(update_fields=["refused", "state", "failed_at", "error"])
    for address, said in final.items():
        UndeliverableAddress.objects.update_or_create(
            email=address, defaults={"said": said[:1000], "at": timezone.now()}
        )


def summary(found: list[Failure]) -> str:
    """What the note on the ticket says first."""
    lines = [
        (
            _("Our mail to %(who)s did not arrive: %(said)s")
            if one.is_final
            else _("Our mail to %(who)s is late: %(said)s")
        )
        % {"who": one.address, "said": one.said or _("the mail server says no more")}
        for one in found
    ]
    return "\n".join(lines) or _("A mail server reports on our mail.")


def _failure(fields: dict[str, str]) -> Failure | None:
    recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
    address = recipient.rpartition(";")[2].strip().strip("<>").lower()
    action, status = fields.get("action", "").lower(), fields.get("status", "")
    if action not in {"failed", "delayed"}:
        return None
    said = fields.get("diagnostic-code", "").partition(";")[2].strip() or status
    found = _status.search(status)
    return Failure(address, said[:500], action == "failed" and (found is None or found[1] == "5"))
