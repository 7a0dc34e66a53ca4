"""Days and moments that people may type: none that no calendar of the desk can mean."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST_YEAR, LAST_YEAR = 2000, 2100
FIRST_DAY, LAST_DAY = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)
#: For the database, which knows no local year: a day wider, wherever the desk is.
EARLIEST = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC) - dt.timedelta(days=1)
LATEST = dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=1)


def within_bounds(at: dt.date) -> None:
    """Raises ValidationError for a day or a moment outside those years.

    A moment of year 1 is stored as one before Christ, and no page that reads it answers any more.
    """
    if FIRST_YEAR <= at.year <= LAST_YEAR:
        return
    years = {"first": FIRST_YEAR, "last": LAST_YEAR}
    if isinstance(at, dt.datetime):
        raise ValidationError(_("Choose a moment between %(first)s and %(last)s.") % years)
    raise ValidationError(_("Choose a day between %(first)s and %(last)s.") % years)
