"""Mail that came in: kept raw before anybody reads it, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.lib.filenames import random_path
from tickets.models.mailbox import Mailbox
from tickets.models.message import Message
from tickets.models.ticket import Ticket
from tickets.querysets import IncomingEmailQuerySet


def raw_name(email: IncomingEmail, filename: str) -> str:
    """Where the raw bytes go, compressed: a name nobody can guess."""
    return random_path("incoming", ".eml.gz")


class IncomingEmail(models.Model):
    """One mail. The row and the raw bytes are there before the sender's server is told “taken”."""

    class State(models.TextChoices):
        RECEIVED = "received", _("to be processed")
        DONE = "done", _("processed")
        QUARANTINED = "quarantined", _("in quarantine")
        DISCARDED = "discarded", _("discarded")

    class Outcome(models.TextChoices):
        CREATED = "created", _("new ticket")
        APPENDED = "appended", _("added to a ticket")
        IGNORED = "ignored", _("ignored")

    class Reason(models.TextChoices):
        """Why nothing became of it, or not what one expects."""

        OWN_MAIL = "own mail", _("the desk's own mail")
        BOUNCE = "bounce without ticket", _("a delivery report about no mail of ours")
        NO_MAIL = "no mail", _("this is no mail message")
        TIME = "too slow", _("reading it takes too long")
        MEMORY = "too large", _("reading it takes too much memory")
        NESTING = "too deep", _("its parts are nested too deep")
        UNREADABLE = "unreadable", _("reading it fails")
        FAILED = "failed", _("processing it failed three times")
        LOST = "no raw mail", _("its raw bytes are not there")

    class Kind(models.TextChoices):
        PERSON = "person", _("from a person")
        MACHINE = "machine", _("automatic")
        BOUNCE = "bounce", _("delivery report")
        OWN = "own", _("our own")

    #: SHA-256 of the Message-ID, or of the whole mail when it has none.
    key = models.CharField(max_length=64)
    #: Not empty when a known id came with another sender and another body.
    variant = models.CharField(max_length=64, blank=True)
    #: SHA-256 of what follows the headers, line ends aside.
    body_digest = models.CharField(max_length=64)
    raw = models.FileField(upload_to=raw_name, max_length=120, blank=True)
    raw_size = models.PositiveBigIntegerField()
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails"
    )
    #: When it came in, by our own clock or our own mail server; never by the Date of the sender.
    received_at = models.DateTimeField(default=timezone.now)
    #: Too old when it was found: kept, but not answered automatically.
    is_late = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(max_length=40, choices=Reason, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    processed_at = models.DateTimeField(null=True, blank=True)

    mail_message_id = models.CharField(max_length=1000, blank=True)
    from_email = models.CharField(max_length=320, blank=True)
    from_name = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=1000, blank=True)
    to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    cc = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    #: What the sender's clock said. Shown, never trusted.
    sent_at = models.DateTimeField(null=True, blank=True)

    ticket = models.ForeignKey(
        Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="incoming_mail"
    )
    message = models.OneToOneField(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="mail"
    )
    #: The ticket it may belong to, when the sender had no right to write on that one.
    may_belong_to = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="mail_that_may_belong",
    )
    #: Its sender gets a receipt.
    is_answered = models.BooleanField(default=False)

    objects = IncomingEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        constraints = [models.UniqueConstraint(fields=["key", "variant"], name="incoming_once")]
        indexes = [
            models.Index(fields=["id"], name="incoming_to_process", condition=Q(state="received")),
            models.Index(fields=["state", "-id"], name="incoming_by_state"),
            models.Index(
                fields=["from_email", "processed_at"],
                name="incoming_answered",
                condition=Q(is_answered=True),
            ),
            models.Index(fields=["ticket", "received_at"], name="incoming_of_ticket"),
            models.Index(fields=["raw"], name="incoming_raw", condition=Q(raw__gt="")),
        ]

    def __str__(self) -> str:
        return f"{self.from_email}: {self.subject}"


class UndeliverableAddress(models.Model):
    """An address that a mail server says it will never take mail for. Mail from it lifts that."""

    email = models.CharField(max_length=320, unique=True)
    said = models.CharField(max_length=1000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("address that does not work")
        verbose_name_plural = _("addresses that do not work")

    def __str__(self) -> str:
        return self.email


class Newcomer(models.Model):
    """Somebody who wrote for the first time and belongs nowhere yet. Gone once placed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="newcomer"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person to place")
        verbose_name_plural = _("people to place")

    def __str__(self) -> str:
        return str(self.user)


class MailPolicy(models.Model):
    """What the desk does with mail that comes in: one row, edited by administrators."""

    class NewParticipants(models.TextChoices):
        NOBODY = "nobody", _("Nobody")
        COLLEAGUES = "colleagues", _("Colleagues of the requester whom the desk knows")
        KNOWN = "known", _("Everybody whom the desk knows")

    cc_become_followers = models.CharField(
        _("people in Cc of a requester's mail read along"),
        max_length=12,
        choices=NewParticipants,
        default=NewParticipants.COLLEAGUES,
    )
    receipts_per_sender = models.PositiveSmallIntegerField(
        _("receipts for one sender in an hour, at most"), default=10
    )
    receipts_in_total = models.PositiveIntegerField(_("receipts in an hour, at most"), default=1000)
    mails_per_ticket = models.PositiveSmallIntegerField(
        _("mails on one ticket in an hour after which nobody is mailed about them"), default=20
    )

    class Meta:
        verbose_name = _("rules for incoming mail")
        verbose_name_plural = _("rules for incoming mail")

    def __str__(self) -> str:
        return str(_("Rules for incoming mail"))

    @classmethod
    def current(cls) -> MailPolicy:
        """The rules as they are; the defaults where nobody set any."""
        return cls.objects.first() or cls()
