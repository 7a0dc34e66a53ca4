"""A person who wants a mail to be tried again, and what to tell that person first."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.lib.waking import wake
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.tasks import send_outgoing_mail

State = OutgoingEmail.State


@transaction.atomic
def try_again(email: OutgoingEmail) -> bool:
    """Makes it due now, with three days ahead of it. False when it is sent or being sent.

    Only who does not have it yet gets it, with the same Message-ID. Whoever took it and sent it
    back is among them.
    """
    paused = OutgoingEmail.objects.filter(state__in=[State.WAITING, State.FAILED])
    row = paused.select_for_update().filter(pk=email.pk).first()
    if row is None:
        return False
    row.state, row.attempts, row.failed_at = State.WAITING, 0, None
    row.queued_at = row.next_attempt_at = timezone.now()
    bounced = {address.lower() for address in row.refused}
    row.delivered_to = [a for a in row.delivered_to if a.lower() not in bounced]
    row.refused = {}
    row.save()
    wake(send_outgoing_mail)
    return True


def what_to_do(email: OutgoingEmail) -> str:
    """One sentence for who sees that a mail failed: what is wrong and what helps."""
    if not email.attempts:
        return _("It waited in a backup and was left unsent when that was restored. Try again?")
    said = " ".join([*email.refused.values(), email.error])
    if not email.refused:
        return _("No mail server took it for three days. Try again, or phone.")
    if any(sign in said for sign in ("5.2.2", "552", "5.3.4", "full", "size")):
        return _("The mailbox is full or the mail is too large. Phone, or try again later.")
    if any(sign in said for sign in ("5.7.", "554", "535", "spam", "policy", "relay")):
        return _("The other mail server refuses our mail. Tell the administrator; phone meanwhile.")
    return _("This address does not take mail. Check it, correct it with the person, answer again.")
