"""Passwords made of words of the house, which others guess first (ASVS 5.0, 6.1.2 and 6.2.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User

#: Characters that a password must have besides words of the house.
OWN = 8
#: Shorter words stand in any password by chance.
SHORTEST = 4


class HouseWordsValidator:
    """Refuses a password of which, without the words of the house, less than eight characters stay.

    Those are the ones of `DESK_PASSWORD_WORDS`, of the address of the desk, and of the name of the
    person's organisation.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError."""
        left = password.casefold()
        for word in sorted(set(_words(user)), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < OWN:
            raise ValidationError(self.get_help_text(), code="password_of_house_words")

    def get_help_text(self) -> str:
        """What helps, for who chooses one."""
        return _(
            "Words of this house, such as the name of the desk, are guessed first: add others."
        )


def _words(user: User | None) -> Iterator[str]:
    organisation = user.organisation.name if user and user.organisation else ""
    host = urlsplit(settings.DESK_BASE_URL).hostname or ""
    for text in (*settings.DESK_PASSWORD_WORDS, organisation, host):
        yield from (word for word in re.split(r"\W+", text.casefold()) if len(word) >= SHORTEST)
