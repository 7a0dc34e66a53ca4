"""What leaves the desk: mail to people outside, and notifications in the product.

Rows are written in the transaction of their cause; sending happens later and may be repeated.
People are known by string foreign key only: this room lies below accounts.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from servicedesk.outbox.querysets import OutgoingEmailQuerySet

#: What stands where an address stood that was only for the reader.
HIDDEN = "[…]"


class OutgoingEmail(models.Model):
    """One mail to be sent, with everything needed to send it. Its Message-ID never changes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    message_id = models.CharField(max_length=255, unique=True)
    #: Mails of one thread go out in order, such as "ticket:10023", or "ticket:10023:supplier:5" for
    #: what is said about a ticket apart from its public conversation.
    thread = models.CharField(max_length=80, db_index=True)
    from_email = models.CharField(max_length=320)
    to = ArrayField(models.CharField(max_length=320))
    cc = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    #: How the people behind the addresses are called.
    names = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=998)
    body_text = models.TextField()
    body_html = models.TextField(blank=True)
    #: Further header fields by name, such as In-Reply-To or Auto-Submitted.
    headers = models.JSONField(default=dict, blank=True)
    #: What goes along: `path` in the store of files, `filename`, `content_type`, and `cid` for a
    #: picture that stands in the text. The bytes are read when the mail is sent.
    files = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    #: Addresses whose server has it: a repetition goes to the others only.
    delivered_to = ArrayField(models.CharField(max_length=320), default=list, blank=True)
    #: Addresses that will never get it, each with what the server said.
    refused = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: The three days of trying count from here; a person who tries again moves it.
    queued_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    #: An address in the text that opens something for its reader: gone once the mail is sent, and
    #: not shown before, as whoever reads the copy could go there in the reader's name.
    secret = models.CharField(max_length=300, blank=True, db_default="")
    #: Somebody who is forgotten stands in it: emptied once its readers have it.
    forget_when_sent = models.BooleanField(default=False, db_default=False)

    objects = OutgoingEmailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="outbox_unsent",
                condition=Q(state__in=["waiting", "sending"]),
            ),
            models.Index(fields=["failed_at"], name="outbox_failed", condition=Q(state="failed")),
            models.Index(fields=["state", "-id"], name="outbox_by_state"),
            GinIndex(fields=["to", "cc"], name="outbox_readers"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {', '.join(self.to)}"

    def without_secret(self, text: str) -> str:
        """`text` of this mail as others may read it."""
        return text.replace(self.secret, HIDDEN) if self.secret else text

    @property
    def shown_text(self) -> str:
        return self.without_secret(self.body_text)

    @property
    def ticket(self) -> int | None:
        """The number of the ticket that it is about, if it is about one."""
        kind, _colon, rest = self.thread.partition(":")
        number = rest.partition(":")[0]
        return int(number) if kind == "ticket" and number.isdecimal() else None

    @property
    def outstanding(self) -> list[str]:
        """Who must still get it, each address once."""
        done = {address.lower() for address in [*self.delivered_to, *self.refused]}
        readers = {a.lower(): a for a in reversed([*self.to, *self.cc]) if a.lower() not in done}
        return list(reversed(readers.values()))


class Notification(models.Model):
    """A line behind the bell of one person. `key` makes one cause one line, ever."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    key = models.CharField(max_length=120)
    #: What happened, such as "sla_warning"; the sentence is made from it when shown.
    kind = models.CharField(max_length=40)
    ticket = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [
            models.Index(
                fields=["user"], name="notification_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(fields=["user", "-id"], name="notification_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.ticket}"


class SendingHold(models.Model):
    """While this row is there nothing leaves the desk: mail waits, clocks do not ring.

    There is at most one; see `servicedesk.outbox.holding`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    since = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(name="one_hold", condition=Q(id=1))]

    def __str__(self) -> str:
        return self.reason
