"""What hangs around the tickets of the queue: files in the storage, lines behind the bell."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator

from django.core.files.base import ContentFile

from servicedesk.lib.file_types import content_type_of
from servicedesk.local.demo.life import Life
from servicedesk.local.demo.queue.scenes import Scene
from servicedesk.outbox.models import Notification
from sla.models import Alert
from tickets.drawing import draw
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.notifications import Story

REMEMBERED = dt.timedelta(days=5)


def keep_files(scene: Scene, life: Life) -> None:
    """Stores the files of a scene whose messages are there, in the open transaction."""
    for file in scene.files:
        message = Message.objects.get(pk=life.message_id(file.message))
        attachment = Attachment(
            message=message,
            uploaded_by_id=message.author_id,
            filename=file.filename,
            content_type=content_type_of(file.content, file.filename),
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
            created_at=message.created_at,
        )
        attachment.file.save(file.filename, ContentFile(file.content), save=False)
        draw(attachment)
        attachment.save()


def ring_bells(numbers: Iterable[int], *, now: dt.datetime, read_until: dt.datetime) -> None:
    """The lines that the events and alerts of these tickets left behind bells.

    What is younger than `read_until` still counts as unread.
    """
    tickets = list(Ticket.objects.filter(pk__in=list(numbers)).order_by("pk"))
    lines = [line for ticket in tickets for line in _lines(ticket, now - REMEMBERED)]
    for line in lines:
        line.read_at = None if line.created_at > read_until else line.created_at
    Notification.objects.bulk_create(
        sorted(lines, key=lambda line: line.created_at), ignore_conflicts=True
    )


def _lines(ticket: Ticket, since: dt.datetime) -> Iterator[Notification]:
    events = list(TicketEvent.objects.filter(ticket=ticket, at__gt=since))
    story = Story(ticket.pk, events)
    for event in events:
        for kind, users in story.lines(event):
            for user in users:
                yield _line(ticket, user, f"event-{event.pk}", kind, event.at)
    if ticket.assignee_id:
        for alert in Alert.objects.filter(promise=ticket.pk, raised_at__gt=since):
            key = f"sla-{ticket.pk}-{alert.metric}-{alert.leg}-{alert.point}"
            kind = f"sla_{Alert.Point(alert.point).name.lower()}_{alert.metric}"
            yield _line(ticket, ticket.assignee_id, key, kind, alert.raised_at)


def _line(ticket: Ticket, user: int, key: str, kind: str, at: dt.datetime) -> Notification:
    return Notification(user_id=user, key=key, kind=kind, ticket=ticket.pk, created_at=at)
