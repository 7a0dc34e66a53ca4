"""What a desk of the first release holds, made by its own migrations; run inside `manage shell`."""

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

#: The last migration of every app that it had; None: all of a library.
LAST = {
    "contenttypes": None, "auth": None, "sessions": None, "account": None,
    "lib": "0001", "outbox": "0001", "accounts": "0002", "catalogue": "0003",
    "knowledgebase": "0001", "tickets": "0004", "sla": "0002",
}  # fmt: skip
#: By SQL: the models are those of today, and know columns that it had not.
ROWS = """
INSERT INTO accounts_user (id, password, email, name, job_title, phone, language, theme,
    keyboard_shortcuts, role, sees, is_active, created_at)
VALUES (1, '!', 'sofie@heidedal.example', 'Sofie', '', '', 'nl', 'auto',
    true, 'requester', 'own', true, now());
INSERT INTO tickets_ticket (id, subject, kwis, kwis_by_hand, impact, priority, status, channel,
    intake, callback_phone, callback_when, callback_open, created_at, updated_at, requester_id)
VALUES (10001, 'Van vroeger', 'question', false, 'one', 'normal', 'new', 'portal',
    '{}', '', '', false, now(), now(), 1);
INSERT INTO tickets_message (id, ticket_id, author_id, kind, side, channel, body_text, body_html,
    is_automatic, created_at, mail_message_id)
VALUES (1, 10001, 1, 'public_reply', 'requester', 'portal', 'Het werkt niet.', '', false, now(),
    '<1@heidedal.example>');
INSERT INTO tickets_attachment (id, message_id, filename, content_type, size, sha256, file,
    created_at)
VALUES (1, 1, 'log.txt', 'text/plain', 7, %s, %s, now());
INSERT INTO tickets_ticketevent (id, ticket_id, actor_id, kind, at, data)
VALUES (1, 10001, 1, 'opened', now(), '{}');
"""
DIGEST = "8caaa3755012fd37c3434bcea80f1f468078bf74ca51baa8591a0c6b10854235"


def make() -> None:
    """An empty database becomes that of a desk with one person, one ticket and one file."""
    for app, last in LAST.items():
        call_command("migrate", app, *([last] if last else []), verbosity=0)
    name = default_storage.save("attachments/ab/log.txt", ContentFile(b"regel 1"))
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [DIGEST, name])
