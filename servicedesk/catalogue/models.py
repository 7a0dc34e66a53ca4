"""What the desk supports: services with their questions, categories, suppliers. All of it data."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.free_mail import is_free_mail
from servicedesk.accounts.models import Organisation, Team
from servicedesk.catalogue.querysets import ServiceQuerySet
from servicedesk.lib.translated import Named, in_readers_language


class Kwis(models.TextChoices):
    """The KWIS kind of a ticket: klacht, wens, informatie, storing."""

    COMPLAINT = "complaint", _("Complaint")
    WISH = "wish", _("Wish")
    INFORMATION = "information", _("Information")
    DISRUPTION = "disruption", _("Disruption")


class Supplier(models.Model):
    """The party behind a service."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    language = models.CharField(
        _("language of mails"),
        max_length=5,
        choices=settings.LANGUAGES,
        default="nl",
        db_default="nl",
    )
    #: One on each line.
    also_writes_from = models.TextField(
        _("other addresses"),
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Addresses or domains that they answer from too, one on each line, such as "
            "support.example.com. The domain of the address above counts already."
        ),
    )
    notes = models.TextField(_("notes"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")

    def __str__(self) -> str:
        return self.name

    def writes_from(self, address: str) -> bool:
        """Whether mail of this supplier may come from the address.

        Their own address and its domain do, unless anybody can have an address there; and what
        an administrator named besides.
        """
        address, own = address.strip().lower(), self.email.strip().lower()
        if not address or "@" not in address:
            return False
        domain, own_domain = address.rpartition("@")[2], own.rpartition("@")[2]
        if address == own or (domain == own_domain and not is_free_mail(domain)):
            return True
        named = {line.strip().lower().lstrip("@") for line in self.also_writes_from.splitlines()}
        return bool({address, domain} & named)

    def clean(self) -> None:
        for line in self.also_writes_from.splitlines():
            if is_free_mail(line):
                raise ValidationError(
                    {"also_writes_from": _("Anybody can have an address at %s.") % line.strip()}
                )


class DemandGroup(Named):
    """A kind of demand as the members see it, such as 'Collectie' or 'Toegang'."""

    class Meta:
        ordering = ["name"]
        verbose_name = _("demand group")
        verbose_name_plural = _("demand groups")


class Category(Named):
    """What kind of ticket it was (Bug, Configuratie, Taak …). Given by the agent who solves."""

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    kwis = models.CharField(
        _("KWIS kind"),
        max_length=20,
        choices=Kwis,
        blank=True,
        help_text=_("What a ticket becomes with this category. Empty: it keeps what it has."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Service(Named):
    """A service that members ask about. Services form a tree; each may have an owner team."""

    class Complexity(models.TextChoices):
        OPERATIONAL = "operational", _("Operational")
        TACTICAL = "tactical", _("Tactical")
        STRATEGIC = "strategic", _("Strategic")

    class Budget(models.TextChoices):
        BASIC = "basic", _("Basic")
        PLUS = "plus", _("Plus")
        ADDITIONAL = "additional", _("Additional")

    class Visibility(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        ORGANISATIONS = "organisations", _("chosen organisations")
        AGENTS = "agents", _("agents only")

    slug = models.SlugField(_("short name in addresses"), max_length=60, unique=True)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
    )
    owner_team = models.ForeignKey(
        Team,
        verbose_name=_("owner team"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        help_text=_("New tickets about this service are preset to this team."),
    )
    supplier = models.ForeignKey(
        Supplier,
        verbose_name=_("supplier"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
    )
    complexity = models.CharField(
        _("complexity"), max_length=20, choices=Complexity, default=Complexity.OPERATIONAL
    )
    budget = models.CharField(_("budget"), max_length=20, choices=Budget, default=Budget.BASIC)
    demand_group = models.ForeignKey(
        DemandGroup,
        verbose_name=_("demand group"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="services",
    )
    is_standard = models.BooleanField(
        _("standard request"), default=True, help_text=_("Off: each request is looked at apart.")
    )
    is_critical = models.BooleanField(
        _("critical"), default=False, help_text=_("An outage of it may not wait.")
    )
    visibility = models.CharField(
        _("visible to"), max_length=20, choices=Visibility, default=Visibility.EVERYONE
    )
    organisations: models.ManyToManyField = models.ManyToManyField(
        Organisation,
        verbose_name=_("organisations"),
        blank=True,
        related_name="services",
        help_text=_("Only used with “chosen organisations”."),
    )
    access_name = models.CharField(
        _("access to"),
        max_length=80,
        blank=True,
        help_text=_(
            "What people can be given access to, such as “back end of the website”. "
            "Empty: nobody asks access to this service."
        ),
    )
    access_name_en = models.CharField(_("access to, in English"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("service")
        verbose_name_plural = _("services")

    @property
    def access_label(self) -> str:
        """What one asks access to, in the language of the reader; '' when there is nothing."""
        return in_readers_language(self.access_name, self.access_name_en)

    def clean(self) -> None:
        above = self.parent
        while above is not None:
            if above.pk == self.pk:
                raise ValidationError({"parent": _("A service cannot be a part of itself.")})
            above = above.parent


class IntakeQuestion(models.Model):
    """A question of one service in the guided form, such as the actorID."""

    class Kind(models.TextChoices):
        TEXT = "text", _("short text")
        NUMBER = "number", _("whole number")
        URL = "url", _("web address")
        CHOICE = "choice", _("choice from a list")

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="intake_questions")
    key = models.SlugField(
        _("key"), max_length=40, help_text=_("Stays the same for ever; answers are kept under it.")
    )
    text = models.CharField(_("question"), max_length=120)
    text_en = models.CharField(_("question in English"), max_length=120, blank=True)
    help = models.CharField(_("explanation"), max_length=200, blank=True)
    help_en = models.CharField(_("explanation in English"), max_length=200, blank=True)
    example = models.CharField(_("example"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line."))
    pattern = models.CharField(
        _("pattern"),
        max_length=120,
        blank=True,
        help_text=_("Regular expression the whole answer must fit, such as [0-9]{8}."),
    )
    pattern_message = models.CharField(
        _("sentence when it does not fit"), max_length=200, blank=True
    )
    pattern_message_en = models.CharField(_("that sentence in English"), max_length=200, blank=True)
    is_personal = models.BooleanField(
        _("personal data"),
        default=False,
        db_default=False,
        help_text=_("Goes to a supplier only when an agent chooses so."),
    )
    only_disruptions = models.BooleanField(_("only for disruptions"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("intake question")
        verbose_name_plural = _("intake questions")
        constraints = [
            models.UniqueConstraint(fields=["service", "key"], name="intake_question_key_once")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_readers_language(self.text, self.text_en)

    @property
    def explanation(self) -> str:
        return in_readers_language(self.help, self.help_en)

    def clean(self) -> None:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValidationError(
                {"pattern": _("This is not a regular expression: %s") % error}
            ) from error

    def complaint(self, answer: str) -> str:
        """What is wrong with a given answer, as a sentence in the reader's language; '' if fine."""
        if self.kind == self.Kind.NUMBER and not answer.isdecimal():
            fits = False
        elif self.kind == self.Kind.CHOICE:
            fits = answer in self.choices.splitlines()
        else:
            fits = not self.pattern or re.fullmatch(self.pattern, answer) is not None
        if fits:
            return ""
        given = in_readers_language(self.pattern_message, self.pattern_message_en)
        return given or str(_("This does not look like %s.") % self.label)
