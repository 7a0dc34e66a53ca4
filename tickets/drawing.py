"""Pictures on tickets as readers see them in the page: drawn anew, beside the file itself."""

from __future__ import annotations

from django.core.files.base import ContentFile

from servicedesk.lib.pictures import NotAPicture, TooManyPixels, redrawn
from tickets.models import Attachment


def draw(attachment: Attachment) -> None:
    """Draws the picture of an attachment anew, on its row in memory.

    What cannot be drawn is never shown, only saved. Raises TooManyPixels.
    """
    attachment.shown = ""
    if not attachment.claims_picture:
        return
    try:
        with attachment.file.open("rb") as file:
            data, _kind = redrawn(file)
    except (NotAPicture, FileNotFoundError):
        return
    attachment.shown.save(attachment.filename, ContentFile(data), save=False)


def draw_waiting(*, limit: int = 100) -> int:
    """Draws pictures that came by another way than a form; gives the count. May run twice."""
    waiting = Attachment.objects.to_draw()[:limit]
    for attachment in waiting:
        try:
            draw(attachment)
        except TooManyPixels:
            attachment.shown = ""
        attachment.save(update_fields=["shown"])
    return len(waiting)
