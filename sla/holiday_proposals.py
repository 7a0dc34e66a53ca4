"""The holidays of Belgium, proposed to whoever edits a calendar. A proposal closes nothing."""

import datetime as dt
from functools import lru_cache

import holidays
from django.utils.translation import get_language

#: The catalogues of the library by the languages of the desk.
LANGUAGES = {"nl": "nl", "en": "en_US"}


def proposed(year: int) -> dict[dt.date, str]:
    """The legal holidays of a year with their names, in the language of the reader."""
    return _of(year, LANGUAGES.get((get_language() or "nl")[:2], "nl"))


def holiday_name(day: dt.date) -> str:
    """What a day is called; an empty text for a day that is no legal holiday."""
    return proposed(day.year).get(day, "")


@lru_cache(maxsize=64)
def _of(year: int, language: str) -> dict[dt.date, str]:
    return dict(sorted(holidays.country_holidays("BE", years=year, language=language).items()))
