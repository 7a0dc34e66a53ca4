import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Letters to and from suppliers. What is there already is checked in the next step."""

    dependencies = [
        ("catalogue", "0004_forwarding"),
        ("tickets", "0013_letters_and_ratings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="enclosed",
            field=models.ManyToManyField(
                blank=True, related_name="enclosed_in", to="tickets.attachment"
            ),
        ),
        migrations.AlterField(
            model_name="draft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_ticket", "new ticket"),
                    ("logged_ticket", "ticket for somebody else"),
                    ("public_reply", "public reply"),
                    ("internal_note", "internal note"),
                    ("to_supplier", "message to a supplier"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("public_reply", "Public reply"),
                    ("internal_note", "Internal note"),
                    ("supplier_out", "Message to a supplier"),
                    ("supplier_in", "Message of a supplier"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="side",
            field=models.CharField(
                choices=[
                    ("requester", "requester"),
                    ("desk", "service desk"),
                    ("supplier", "supplier"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("promise", models.CharField(blank=True, default="", max_length=60)),
                ("forwarded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved by the supplier"),
                            ("taken_back", "Taken back"),
                            ("with_ticket", "Ticket solved"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                (
                    "forwarded_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forwardings",
                        to="catalogue.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forwardings",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "forwarding to a supplier",
                "verbose_name_plural": "forwardings to suppliers",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="message",
            name="forwarding",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="messages",
                to="tickets.forwarding",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("forwarding__isnull", True),
                        ("kind__in", ["public_reply", "internal_note"]),
                        ("side__in", ["requester", "desk"]),
                    ),
                    models.Q(
                        ("forwarding__isnull", False), ("kind", "supplier_out"), ("side", "desk")
                    ),
                    models.Q(
                        ("forwarding__isnull", False), ("kind", "supplier_in"), ("side", "supplier")
                    ),
                    _connector="OR",
                ),
                name="supplier_has_a_thread",
            ),
        ),
        migrations.AddIndex(
            model_name="forwarding",
            index=models.Index(fields=["ticket", "id"], name="forwarding_ticket"),
        ),
        migrations.AddIndex(
            model_name="forwarding",
            index=models.Index(fields=["supplier", "forwarded_at"], name="forwarding_supplier"),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("ticket", "origin"),
                name="forwarding_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="forwarding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("how", "")),
                    models.Q(("ended_at__isnull", False), models.Q(("how", ""), _negated=True)),
                    _connector="OR",
                ),
                name="forwarding_ended_somehow",
            ),
        ),
    ]
