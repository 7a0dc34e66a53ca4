"""The organisations that the desk serves, and how their people are known."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.free_mail import is_free_mail
from servicedesk.accounts.querysets import OrganisationQuerySet


class Organisation(models.Model):
    """A member organisation (coöperant), or the desk's own house."""

    class Kind(models.TextChoices):
        LIBRARY = "library", _("Library")
        ARTS_CENTRE = "arts_centre", _("Arts centre")
        PARTNER = "partner", _("Partner")
        INTERNAL = "internal", _("Own organisation")

    name = models.CharField(_("name"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.LIBRARY)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account manager"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_organisations",
    )
    notes = models.TextField(
        _("notes"), blank=True, help_text=_("For agents only. Requesters never see this.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        return self.name


class MailDomain(models.Model):
    """A mail domain that tells which organisation an address belongs to."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="mail_domains"
    )
    domain = models.CharField(
        _("domain"),
        max_length=253,
        unique=True,
        help_text=_("What stands after the @, such as heidedal.example."),
    )

    class Meta:
        ordering = ["domain"]
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")

    def __str__(self) -> str:
        return self.domain

    def save(self, *args, **kwargs) -> None:
        self.domain = self.domain.strip().lower().removeprefix("@")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if is_free_mail(self.domain):
            raise ValidationError(
                {"domain": _("Anybody can have an address there; it belongs to no organisation.")}
            )


class Branch(models.Model):
    """A place of an organisation: the main building, a lending point."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="branches"
    )
    name = models.CharField(_("name"), max_length=160)
    number = models.CharField(_("branch number"), max_length=20, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="branch_name_unique")
        ]

    def __str__(self) -> str:
        return self.name
