"""What people wrote on a ticket, the files they added, and what they are still writing."""

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.file_types import PICTURES
from servicedesk.lib.filenames import random_path
from tickets.models.ticket import Ticket
from tickets.querysets import AttachmentQuerySet, MessageQuerySet

if TYPE_CHECKING:
    from tickets.models.incoming import IncomingEmail


class Message(models.Model):
    """A public reply, an internal note, or a letter to or from a supplier, which is private too.

    `body_html` is sanitised and shown as it is.
    """

    class Kind(models.TextChoices):
        PUBLIC_REPLY = "public_reply", _("Public reply")
        INTERNAL_NOTE = "internal_note", _("Internal note")
        SUPPLIER_OUT = "supplier_out", _("Message to a supplier")
        SUPPLIER_IN = "supplier_in", _("Message of a supplier")

    class Side(models.TextChoices):
        REQUESTER = "requester", _("requester")
        DESK = "desk", _("service desk")
        SUPPLIER = "supplier", _("supplier")

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    #: The ticket it was written on, when a merge, a split or an agent brought it to this one.
    origin = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    #: The question to a supplier that it belongs to: letters to and from suppliers only.
    forwarding = models.ForeignKey(
        "tickets.Forwarding",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    #: The mail without proof of which an agent said that it is this answer of the supplier.
    taken_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="taken_as",
        db_index=False,
    )
    #: Files of other messages that went along to the supplier, or came with what became its answer.
    enclosed: models.ManyToManyField = models.ManyToManyField(
        "tickets.Attachment", blank=True, related_name="enclosed_in"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    #: From which side of this ticket; an agent who asks for himself is on the requester's side.
    side = models.CharField(max_length=10, choices=Side)
    #: Empty for what the desk says by itself.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
    )
    channel = models.CharField(max_length=10, choices=Ticket.Channel)
    body_text = models.TextField()
    body_html = models.TextField()
    #: Without quoted history and signature: what is shown first. Empty: it is all of it.
    visible_text = models.TextField(blank=True, default="", db_default="")
    visible_html = models.TextField(blank=True, default="", db_default="")
    is_automatic = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    #: The Message-ID of the mail this came as or went out as.
    mail_message_id = models.CharField(max_length=998, blank=True)
    #: Makes a double submit of one form one message.
    submission_token = models.UUIDField(null=True, blank=True, unique=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.CheckConstraint(
                name="note_is_from_the_desk",
                condition=~models.Q(kind="internal_note", side="requester"),
            ),
            models.CheckConstraint(
                name="supplier_has_a_thread",
                condition=models.Q(
                    kind__in=["public_reply", "internal_note"],
                    side__in=["requester", "desk"],
                    forwarding__isnull=True,
                )
                | models.Q(kind="supplier_out", side="desk", forwarding__isnull=False)
                | models.Q(kind="supplier_in", side="supplier", forwarding__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "id"], name="message_ticket"),
            models.Index(
                fields=["forwarding", "id"],
                name="message_forwarding",
                condition=models.Q(forwarding__isnull=False),
            ),
            models.Index(
                fields=["taken_from"],
                name="message_taken_from",
                condition=models.Q(taken_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.ticket_id} {self.kind} {self.pk}"

    @property
    def came_as(self) -> "IncomingEmail | None":
        """The mail it came as, or of which an agent said that it is this answer."""
        return getattr(self.taken_from or self, "mail", None)

    @property
    def is_folded(self) -> bool:
        """Quoted history or a signature is not shown at first."""
        return bool(self.visible_html)

    @property
    def shown_html(self) -> str:
        """Sanitised HTML of what is shown first."""
        return self.visible_html or self.body_html

    @property
    def shown_text(self) -> str:
        """The same as plain text."""
        return self.visible_text or self.body_text

    @property
    def files_below(self) -> list["Attachment"]:
        """The files to list under the text: all but the pictures that stand in it."""
        below = [file for file in self.attachments.all() if not self._shows(file)]
        return [*below, *self.enclosed.all()] if self.is_with_supplier else below

    def _shows(self, file: "Attachment") -> bool:
        return file.is_inline and file.is_picture and f'src="/files/{file.pk}/' in self.body_html

    @property
    def is_internal(self) -> bool:
        return self.kind == self.Kind.INTERNAL_NOTE

    @property
    def is_with_supplier(self) -> bool:
        """Between the desk and a supplier: neither public nor a note."""
        return self.kind in {self.Kind.SUPPLIER_OUT, self.Kind.SUPPLIER_IN}


class Draft(models.Model):
    """What somebody is still writing. One for each person, kind and ticket; survives sign-out."""

    class Kind(models.TextChoices):
        NEW_TICKET = "new_ticket", _("new ticket")
        LOGGED_TICKET = "logged_ticket", _("ticket for somebody else")
        PUBLIC_REPLY = "public_reply", _("public reply")
        INTERNAL_NOTE = "internal_note", _("internal note")
        TO_SUPPLIER = "to_supplier", _("message to a supplier")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    #: The fields of the form by name, as typed: nothing is checked before sending.
    data = models.JSONField(default=dict, blank=True)
    #: Becomes the submission token of what is sent, so that sending twice makes one.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "ticket"], name="draft_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} #{self.ticket_id}"


def random_name(attachment: "Attachment", filename: str) -> str:
    """Where the bytes go: a name nobody can guess and nothing of the sender's choosing."""
    return random_path("attachments")


class Attachment(models.Model):
    """A file on a message, or on a draft until that is sent. Served behind an access check only."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        Draft, on_delete=models.SET_NULL, null=True, blank=True, related_name="attachments"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    #: The shown name: bare, printable, at most 255 characters.
    filename = models.CharField(max_length=255)
    #: By the file's first bytes, never by what the sender said.
    content_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=random_name, max_length=120)
    #: The picture as a page shows it, drawn anew. Null: not drawn yet; empty: never shown.
    shown = models.FileField(upload_to=random_name, max_length=120, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: A picture that stands in the text of a mail, by the name it has there.
    is_inline = models.BooleanField(default=False, db_default=False)
    content_id = models.CharField(max_length=500, blank=True, default="", db_default="")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["id"],
                name="attachment_to_draw",
                condition=models.Q(shown=None, content_type__in=sorted(PICTURES)),
            ),
            models.Index(fields=["file"], name="attachment_file"),
            models.Index(
                fields=["shown"], name="attachment_shown", condition=models.Q(shown__gt="")
            ),
            models.Index(fields=["uploaded_by"], include=["size"], name="attachment_quota"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def claims_picture(self) -> bool:
        """Its first bytes are those of a picture that browsers show."""
        return self.content_type in PICTURES

    @property
    def is_picture(self) -> bool:
        """A picture that may be shown in the page."""
        return bool(self.shown)

    @property
    def shown_as(self) -> str:
        """The type of what is shown: a photograph stays one, all else is drawn as PNG."""
        return "image/jpeg" if self.content_type == "image/jpeg" else "image/png"
