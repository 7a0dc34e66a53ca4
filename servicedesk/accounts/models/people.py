"""People, and the teams of the desk."""

from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from servicedesk.accounts.addresses import check_address
from servicedesk.accounts.models.organisations import Organisation
from servicedesk.accounts.querysets import UserManager, UserQuerySet


class Team(models.Model):
    """A group of agents that owns services and works on tickets together."""

    class Line(models.IntegerChoices):
        FIRST = 1, _("first line")
        SECOND = 2, _("second line")

    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("short name in addresses"), max_length=80, unique=True)
    line = models.PositiveSmallIntegerField(_("line"), choices=Line, default=Line.FIRST)
    is_active = models.BooleanField(_("active"), default=True)
    mail_name = models.CharField(
        _("name in mails"),
        max_length=80,
        blank=True,
        help_text=_("Who mails of this team come from, such as Servicedesk Websites."),
    )
    mail_address = models.EmailField(
        _("address in mails"),
        blank=True,
        help_text=_("One of the addresses of the desk, for answers must come back to it."),
    )
    signature = models.TextField(
        _("signature"),
        blank=True,
        max_length=1000,
        help_text=_("Below answers of agents who have no signature of their own."),
    )
    members: models.ManyToManyField = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )

    class Meta:
        ordering = ["line", "name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.mail_address = self.mail_address.strip().lower()
        known = [parseaddr(address)[1].lower() for address in settings.DESK_ADDRESSES]
        if self.mail_address and self.mail_address not in known:
            sentence = _("Choose one of the addresses of the desk: %(addresses)s.")
            raise ValidationError({"mail_address": sentence % {"addresses": ", ".join(known)}})


class User(AbstractBaseUser):
    """A person: requester, agent, manager or administrator. Signs in with an e-mail address.

    What a role may do is decided by the predicates of `permissions`, never by Django's
    permission tables; the Django admin is open to administrators only.
    """

    class Role(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        AGENT = "agent", _("Agent")
        MANAGER = "manager", _("Manager")
        ADMINISTRATOR = "administrator", _("Administrator")

    class Theme(models.TextChoices):
        AUTO = "auto", _("As my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Sees(models.TextChoices):
        OWN = "own", _("own tickets")
        ORGANISATION = "organisation", _("all tickets of the organisation")

    email = models.EmailField(_("e-mail address"), validators=[check_address])
    name = models.CharField(_("name"), max_length=120)
    job_title = models.CharField(
        pgettext_lazy("of a person", "position"), max_length=120, blank=True
    )
    phone = models.CharField(_("phone number"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    signature = models.TextField(
        _("signature"),
        blank=True,
        max_length=1000,
        help_text=_("Stands below your answers in mails. Empty: that of your team."),
    )
    theme = models.CharField(_("theme"), max_length=10, choices=Theme, default=Theme.AUTO)
    keyboard_shortcuts = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("Off: only keys together with Ctrl do something."),
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.REQUESTER)
    #: The sign-in service whose rules gave the role; '' when a person did.
    role_given_by = models.CharField(max_length=40, blank=True, editable=False)
    line = models.PositiveSmallIntegerField(
        _("line"), choices=Team.Line, null=True, blank=True, help_text=_("For agents.")
    )
    sees = models.CharField(
        _("sees"), max_length=20, choices=Sees, default=Sees.OWN, help_text=_("For requesters.")
    )
    is_contact = models.BooleanField(
        _("contact person"),
        default=False,
        help_text=_("Of the organisation: may invite colleagues to it."),
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off instead of deleting: tickets stay.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    #: Counts up to end every session and every link of this person at once.
    sign_in_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("There is already somebody with this e-mail address."),
            )
        ]
        indexes = [models.Index(fields=["role"], name="user_role")]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        self.email = type(self).objects.normalize_email(self.email)

    @property
    def is_agent(self) -> bool:
        """Works at the desk: agent, manager or administrator (each includes the former)."""
        return self.role != self.Role.REQUESTER

    @property
    def is_manager(self) -> bool:
        return self.role in {self.Role.MANAGER, self.Role.ADMINISTRATOR}

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @property
    def sees_organisation(self) -> bool:
        """May read what the whole own organisation asked."""
        granted = self.is_agent or self.sees == self.Sees.ORGANISATION
        return granted and self.organisation_id is not None

    @property
    def first_name(self) -> str:
        """How to address this person."""
        return self.name.split(" ")[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must know to go on: dies with the password and with the epoch."""
        kept = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{kept}.{self.sign_in_epoch}" if self.sign_in_epoch else kept

    # What the Django admin asks of a user model.

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    is_superuser = is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_administrator

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name


class Membership(models.Model):
    """A person in a team."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(_("team lead"), default=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"
