"""No day or moment outside the years that a desk can mean; what was typed so is brought back."""

import datetime
import servicedesk.lib.bounds
from django.conf import settings
from django.db import migrations, models

#: A day within the bounds, so that the forms take it wherever the desk is. An outage that was over
#: before the first of these was a slip of the keyboard: it counts nowhere, and stays to be read.
#: Keys are checked at once: a table with checks still to come takes no constraint.
BROUGHT_BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE availability_maintenancewindow
    SET starts_at = least(greatest(starts_at, '2000-01-02 00:00Z'), '2100-12-30 00:00Z'),
        ends_at = least(greatest(ends_at, '2000-01-02 00:00:01Z'), '2100-12-30 00:00:01Z')
    WHERE starts_at < '2000-01-02 00:00Z' OR ends_at > '2100-12-30 00:00:01Z';
UPDATE availability_availabilitytarget
    SET measured_from = least(greatest(measured_from, '2000-01-01'), '2100-12-31')
    WHERE measured_from NOT BETWEEN '2000-01-01' AND '2100-12-31';
DELETE FROM availability_outagephase earlier USING availability_outagephase later
    WHERE later.outage_id = earlier.outage_id
    AND earlier.started_at < later.started_at AND later.started_at <= '2000-01-02 00:00Z';
UPDATE availability_outagephase SET started_at = '2000-01-02 00:00Z'
    WHERE started_at < '2000-01-02 00:00Z';
UPDATE availability_outage SET withdrawn_at = coalesce(withdrawn_at, now())
    WHERE ended_at <= '2000-01-02 00:00Z';
UPDATE availability_outage
    SET started_at = greatest(started_at, '2000-01-02 00:00Z'),
        ended_at = CASE WHEN ended_at < '2000-01-02 00:00:01Z' THEN '2000-01-02 00:00:01Z'
                        ELSE ended_at END
    WHERE started_at < '2000-01-02 00:00Z';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("availability", "0004_promises_and_words"),
        ("catalogue", "0004_forwarding"),
        ("sla", "0009_bounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(BROUGHT_BACK, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="availabilitytarget",
            name="measured_from",
            field=models.DateField(
                help_text="Outages are registered from this day on; before: no data.",
                validators=[servicedesk.lib.bounds.within_bounds],
                verbose_name="measured from",
            ),
        ),
        migrations.AlterField(
            model_name="maintenancewindow",
            name="ends_at",
            field=models.DateTimeField(
                validators=[servicedesk.lib.bounds.within_bounds], verbose_name="end"
            ),
        ),
        migrations.AlterField(
            model_name="maintenancewindow",
            name="starts_at",
            field=models.DateTimeField(
                validators=[servicedesk.lib.bounds.within_bounds], verbose_name="start"
            ),
        ),
        migrations.AlterField(
            model_name="outage",
            name="ended_at",
            field=models.DateTimeField(
                blank=True,
                null=True,
                validators=[servicedesk.lib.bounds.within_bounds],
                verbose_name="end",
            ),
        ),
        migrations.AlterField(
            model_name="outage",
            name="started_at",
            field=models.DateTimeField(
                validators=[servicedesk.lib.bounds.within_bounds], verbose_name="start"
            ),
        ),
        migrations.AddConstraint(
            model_name="availabilitytarget",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("measured_from__gte", datetime.date(2000, 1, 1)),
                    ("measured_from__lte", datetime.date(2100, 12, 31)),
                ),
                name="target_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__lte", datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.UTC)),
                    ("starts_at__gte", datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                ),
                name="maintenance_within_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("started_at__gte", datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.UTC)),
                    models.Q(
                        ("ended_at__isnull", True),
                        ("ended_at__lte", datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.UTC)),
                        _connector="OR",
                    ),
                ),
                name="outage_within_bounds",
            ),
        ),
    ]
