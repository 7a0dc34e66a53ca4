"""Files are looked at by a virus scanner before they are kept, where the desk has one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from servicedesk.lib.clamd import NotChecked, signature_in
from tickets.actions.locking import guard

logger = logging.getLogger(__name__)


def finding(chunks: Iterable[bytes]) -> str:
    """The name of what the scanner knows to be harmful in a file, or ''.

    Without a scanner (DESK_CLAMD) nothing is. Raises NotChecked while it is away.
    """
    return signature_in(chunks, scanner=settings.DESK_CLAMD) if settings.DESK_CLAMD else ""


def screen(chunks: Iterable[bytes], *, name: str, by: User) -> None:
    """Raises TicketError for a file that is harmful, and for one that could not be checked.

    What was found stands in the audit trail; call this outside the transaction that it ends.

    DESK_CLAMD_AWAY says what happens to files while the scanner is away: `refuse`, or `accept`
    where answering matters more; then the log says so each time.
    """
    try:
        found = finding(chunks)
    except NotChecked:
        logger.warning("the virus scanner did not answer")
        guard(
            settings.DESK_CLAMD_AWAY == "accept",
            _("“%s” cannot be checked for viruses right now. Try again in a few minutes.") % name,
        )
        return
    if found:
        _refused(found, by=by)
    guard(
        not found,
        _("“%s” holds a virus and was not taken. Have your computer checked.") % name,
    )


def harmless_or_notice(content: bytes, *, name: str) -> tuple[str, bytes]:
    """Name and bytes of a file of a mail; a harmful one becomes a text that says so.

    Mail is never lost and never waits for the scanner: while that is away, files are kept, and
    the log says so. The mail as it came stays in its raw form.
    """
    try:
        found = finding([content])
    except NotChecked:
        logger.warning("the virus scanner did not answer")
        return name, content
    if not found:
        return name, content
    _refused(found, by=None)
    with translation.override(settings.LANGUAGE_CODE):
        notice = _("This file was taken off the mail, because it holds a virus: %s") % found
    return f"{name[:240]}.txt", f"{notice}\n".encode()


def _refused(found: str, *, by: User | None) -> None:
    record("file_refused", by=by, finding=re.sub(r"[^\w.-]", "-", found)[:80])
