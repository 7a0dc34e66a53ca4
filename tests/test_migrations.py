"""Migrations on a running desk: no lock that makes people wait on a large table.

What is added to a large table that is there already is added concurrently, and checked later.
"""

from collections.abc import Iterator

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

#: The tables that grow with every ticket, by app and model.
LARGE = {
    ("tickets", "ticket"), ("tickets", "message"), ("tickets", "ticketevent"),
    ("tickets", "attachment"), ("tickets", "incomingemail"),
    ("sla", "clock"), ("sla", "alert"), ("sla", "ticketpromise"),
    ("outbox", "outgoingemail"), ("outbox", "notification"),
}  # fmt: skip
#: No desk was so old that these took a lock that anybody noticed; nothing is added here.
BEFORE_THE_FIRST_RELEASE = {
    "tickets.0003_organisation_queue: ticket_organisation_urgency",
    "tickets.0004_queue_indexes: ticket_call_back",
    "tickets.0004_queue_indexes: ticket_status_urgency",
    "tickets.0004_queue_indexes: ticket_tally",
}


def operations() -> Iterator[tuple[str, str, object]]:
    """Every operation on a large table after the migration that made it: where, model, what."""
    loader = MigrationLoader(None)
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        steps = migration.operations
        made = {step.name.lower() for step in steps if isinstance(step, CreateModel)}
        for operation in steps:
            model = getattr(operation, "model_name", "").lower()
            if (app, model) in LARGE and model not in made:
                yield f"{app}.{name}", model, operation


def test_columns_are_added_without_an_index_that_locks():
    """PostgreSQL adds a column with a constant at once; a unique one it would have to build."""
    wrong = [
        f"{where}: {model}.{operation.name}"
        for where, model, operation in operations()
        if isinstance(operation, AddField) and operation.field.unique
    ]
    assert wrong == []


def test_indexes_of_large_tables_are_made_beside_the_work():
    wrong = [
        f"{where}: {operation.index.name}"
        for where, _model, operation in operations()
        if isinstance(operation, AddIndex) and not isinstance(operation, AddIndexConcurrently)
    ]
    assert set(wrong) == BEFORE_THE_FIRST_RELEASE


def test_constraints_of_large_tables_are_checked_later():
    wrong = [
        f"{where}: {operation.constraint.name}"
        for where, _model, operation in operations()
        if isinstance(operation, AddConstraint) and not isinstance(operation, AddConstraintNotValid)
    ]
    assert wrong == []
