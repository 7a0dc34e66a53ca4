"""A desk starts with on-call hours, and with the row that says how it is reached."""

import datetime as dt

from django.db import migrations

SINCE_EVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
WEEK = {
    **{day: [["17:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "sat": [["09:00", "19:00"]],
    "sun": [["09:00", "13:00"]],
}


def make_plan(apps, schema_editor):
    calendars = apps.get_model("sla", "BusinessCalendar").objects
    office = calendars.order_by("pk").first()
    on_call, made = calendars.get_or_create(name="Wachtdienst")
    if made:
        apps.get_model("sla", "CalendarVersion").objects.create(
            calendar=on_call, valid_from=SINCE_EVER, zone="Europe/Brussels", hours=WEEK
        )
    apps.get_model("alarms", "OnCallPlan").objects.get_or_create(
        defaults={"office": office, "on_call": on_call}
    )


class Migration(migrations.Migration):
    dependencies = [("alarms", "0001_initial"), ("sla", "0002_office_hours")]

    operations = [migrations.RunPython(make_plan, migrations.RunPython.noop)]
