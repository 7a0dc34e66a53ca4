"""Data that has a Dutch name and may have an English one."""

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _


def in_readers_language(dutch: str, english: str) -> str:
    """`english` when the reader reads English and there is any, else `dutch`."""
    return english if english and (get_language() or "").startswith("en") else dutch


def in_both_languages(say: Callable[[], str]) -> tuple[str, str]:
    """What the desk says by itself: in its first language, and in English."""
    with override(settings.LANGUAGE_CODE):
        first = say()
    with override("en"):
        return first, say()


def label_of(relation: str) -> F | Coalesce:
    """The label of a related row, as a column of a query made for this reader."""
    return in_readers_column(f"{relation}__name")


def in_readers_column(name: str) -> F | Coalesce:
    """This column, or the one of the same name for English, in a query made for this reader."""
    if not in_readers_language("", "yes"):
        return F(name)
    english = NullIf(f"{name}_en", Value(""), output_field=models.TextField())
    return Coalesce(english, name, output_field=models.TextField())


class Named(models.Model):
    """A row people read by its name: `name` in Dutch, `name_en` in English (may be empty)."""

    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(
        _("name in English"),
        max_length=120,
        blank=True,
        help_text=_("Shown to people who read English. Empty: the Dutch name."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the reader."""
        return in_readers_language(self.name, self.name_en)
