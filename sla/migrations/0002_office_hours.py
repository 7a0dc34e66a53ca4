"""A desk starts with office hours, the holidays of Belgium and one promise for every ticket."""

import datetime as dt

from django.db import migrations

SINCE_EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
YEARS = range(2024, 2037)
FIXED = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = (0, 1, 39, 49, 50)  # Easter, Easter Monday, Ascension, Whit Sunday and Monday
HOURS = 60


def easter(year):
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    century, short = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (short // 4) - epact - short % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def holidays(year):
    sunday = easter(year)
    moving = {sunday + dt.timedelta(days=days) for days in AFTER_EASTER}
    return sorted(moving | {dt.date(year, month, day) for month, day in FIXED})


def make_office_hours(apps, schema_editor):
    calendar, made = apps.get_model("sla", "BusinessCalendar").objects.get_or_create(
        name="Kantooruren"
    )
    if made:
        apps.get_model("sla", "CalendarVersion").objects.create(
            calendar=calendar,
            valid_from=SINCE_EVER,
            zone="Europe/Brussels",
            hours=WEEK,
            holidays=[day.isoformat() for year in YEARS for day in holidays(year)],
        )
    policy, made = apps.get_model("sla", "Policy").objects.get_or_create(
        name="Standaard", defaults={"position": 1000}
    )
    if made:
        apps.get_model("sla", "PolicyVersion").objects.create(
            policy=policy,
            valid_from=SINCE_EVER,
            calendar=calendar,
            first_response=4 * HOURS,
            next_response=8 * HOURS,
            resolution=8 * HOURS,
        )


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]
    operations = [migrations.RunPython(make_office_hours, migrations.RunPython.noop)]
