"""A mail as plain data, for `receive_mail --dry-run`."""

from __future__ import annotations

import hashlib
from typing import Any

from servicedesk.lib import html as sanitiser
from tickets.mail.mail import Mail


def parsed(mail: Mail) -> dict[str, Any]:
    """Under the names that `show_ticket` uses for a message."""
    html = mail.body_html or sanitiser.from_plain_text(mail.body_text)
    return {
        "subject": mail.subject,
        "from_email": mail.sender.email,
        "from_name": mail.sender.name,
        "to": [one.email for one in mail.to if one.email],
        "cc": [one.email for one in mail.cc if one.email],
        "message_id": mail.message_id,
        "body_text": mail.body_text,
        "visible_text": mail.visible_text,
        "body_html": sanitiser.with_pictures(html, {}),
        "attachments": [
            {
                "filename": file.filename,
                "content_type": file.content_type,
                "size": len(file.content),
                "sha256": hashlib.sha256(file.content).hexdigest(),
                "inline": file.inline,
            }
            for file in mail.files
        ],
    }
