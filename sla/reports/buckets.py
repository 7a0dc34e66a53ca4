"""How long it took, in classes of business time."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOUR = 3600


Rows = TypeVar("Rows", bound=QuerySet)


@dataclass(frozen=True)
class Bucket:
    """Business seconds in [least, most); without `most` there is no upper end."""

    label: Promise | str
    least: int
    most: int | None

    def of(self, clocks: Rows) -> Rows:
        """Those of some stopped clocks that belong in here."""
        found = clocks.filter(used_seconds__gte=self.least)
        return found if self.most is None else found.filter(used_seconds__lt=self.most)


BUCKETS: dict[str, list[Bucket]] = {
    "first_response": [
        Bucket(_("< 30 min"), 0, HOUR // 2),
        Bucket(_("30–60 min"), HOUR // 2, HOUR),
        Bucket(_("1–2 h"), HOUR, 2 * HOUR),
        Bucket(_("2–4 h"), 2 * HOUR, 4 * HOUR + 1),
        Bucket(_("4–8 h"), 4 * HOUR + 1, 8 * HOUR),
        Bucket(_("> 8 h"), 8 * HOUR, None),
    ],
    "resolution": [
        Bucket(_("< 1 h"), 0, HOUR),
        Bucket(_("1–2 h"), HOUR, 2 * HOUR),
        Bucket(_("2–4 h"), 2 * HOUR, 4 * HOUR),
        Bucket(_("4–8 h"), 4 * HOUR, 8 * HOUR + 1),
        Bucket(_("8–16 h"), 8 * HOUR + 1, 16 * HOUR),
        Bucket(_("> 16 h"), 16 * HOUR, None),
    ],
}
