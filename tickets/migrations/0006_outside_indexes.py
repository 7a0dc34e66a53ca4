"""Counting and tallying by index alone, now that some tickets are left out. Locks no table."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

UNSOLVED = models.Q(("status__in", ["new", "open", "pending", "on_hold"]))
OVERRIDES = ["priority_changed", "policy_changed"]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0005_outside")]

    operations = [
        AddIndexConcurrently(
            "ticket",
            models.Index(
                fields=["created_at"], include=("outside",), name="ticket_created_counted"
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("solved_at__isnull", False)),
                fields=["solved_at", "category"],
                include=("outside",),
                name="ticket_solved_counted",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("outside", ""), _negated=True),
                fields=["outside", "-id"],
                name="ticket_outside",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="ticket_merged_into",
            ),
        ),
        AddIndexConcurrently(
            "ticket",
            models.Index(
                condition=UNSOLVED,
                fields=["status", "team"],
                include=("assignee", "at_risk_at", "callback_open", "outside"),
                name="ticket_tally_counted",
            ),
        ),
        AddIndexConcurrently(
            "ticketevent",
            models.Index(
                condition=models.Q(("kind__in", OVERRIDES)), fields=["-id"], name="event_override"
            ),
        ),
        RemoveIndexConcurrently("ticket", "ticket_created"),
        RemoveIndexConcurrently("ticket", "ticket_solved"),
        RemoveIndexConcurrently("ticket", "ticket_tally"),
    ]
