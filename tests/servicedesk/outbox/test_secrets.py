"""Addresses that open something for one reader, which no copy of the mail shows."""

import json
import re

from servicedesk.accounts.inviting import Invited, send_invitation
from servicedesk.accounts.links import invite, send_password_link
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from tickets.privacy.exporting import held

LINK = re.compile(r"https?://\S+/(?:reset/key|invitation)/\S+")


def test_nobody_reads_the_link_to_the_account_of_somebody_else(
    as_user, administrator, agent, mailoutbox
):
    """Neither while it waits nor later: an administrator could go there in their name."""
    invite(agent)
    send_password_link(agent)
    send_invitation(Invited("lies@desk.example", "Lies"), by=administrator)
    mails = list(OutgoingEmail.objects.order_by("pk"))
    links = [LINK.findall(mail.body_text)[0] for mail in mails]
    admin = as_user(administrator)

    for is_sent in (False, True):
        for mail, link in zip(mails, links, strict=True):
            for path in (f"/outbox/{mail.pk}/", f"/outbox/{mail.pk}/as-sent/"):
                page = admin.get(path).content.decode()
                assert link not in page
                assert "[…]" in page
        assert "reset/key" not in json.dumps(held(agent), default=str)
        if not is_sent:
            assert send_waiting() == 3

    assert [link in mail.body for mail, link in zip(mailoutbox, links, strict=True)] == [True] * 3
    for mail, link in zip(mails, links, strict=True):
        mail.refresh_from_db()
        assert link not in mail.body_text + mail.body_html + mail.secret
