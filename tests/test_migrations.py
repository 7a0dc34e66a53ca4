"""Migrations on a running desk: no lock that makes people wait on a large table.

What is added to a large table that is there already is added concurrently, and checked later.
"""

from collections.abc import Iterator

from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
)
from django.db.models import CharField, Field, ManyToManyField
from django.db.models.fields import NOT_PROVIDED

#: The tables that grow with every ticket, by app and model.
LARGE = {
    ("tickets", "ticket"), ("tickets", "message"), ("tickets", "ticketevent"),
    ("tickets", "attachment"), ("tickets", "incomingemail"),
    ("sla", "clock"), ("sla", "alert"), ("sla", "ticketpromise"),
    ("outbox", "outgoingemail"), ("outbox", "notification"),
}  # fmt: skip
#: Apps of the desk itself; libraries answer for their own migrations.
OURS = {
    config.label
    for config in apps.get_app_configs()
    if config.name.split(".")[0] in {"servicedesk", "tickets", "sla", "knowledgebase"}
}
#: No desk was so old that these took a lock that anybody noticed; nothing is added here.
BEFORE_THE_FIRST_RELEASE = {
    "tickets.0003_organisation_queue: ticket_organisation_urgency",
    "tickets.0004_queue_indexes: ticket_call_back",
    "tickets.0004_queue_indexes: ticket_status_urgency",
    "tickets.0004_queue_indexes: ticket_tally",
}
COLUMNS_BEFORE_THE_FIRST_RELEASE = {
    "outbox.0002_delivery: delivered_to",
    "outbox.0002_delivery: files",
    "outbox.0002_delivery: names",
    "outbox.0002_delivery: queued_at",
    "outbox.0002_delivery: refused",
}
GONE_BEFORE_THE_FIRST_RELEASE = {"sla.0003_versions_and_publishing: policy"}
#: Code that a migration runs, each read for what it touches: first rows of small tables.
FIRST_ROWS = {
    "alarms.0002_on_call_plan: make_plan",
    "accounts.0002_first_team: make_first_team",
    "catalogue.0002_categories: make_categories",
    "sla.0002_office_hours: make_office_hours",
    "tickets.0002_log_and_numbers: make_priority_rules",
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


def may_stay_empty(field: Field) -> bool:
    """Whether the code of before, which does not know the column, can still write rows."""
    given = field.db_default is not NOT_PROVIDED
    return field.null or given or isinstance(field, ManyToManyField)


def test_the_code_of_before_can_write_beside_a_new_column():
    """Django drops a default of its own after it filled the rows; one of the database stays."""
    wrong = {
        f"{where}: {operation.name}"
        for where, _model, operation in operations()
        if isinstance(operation, AddField) and not may_stay_empty(operation.field)
    }
    assert wrong == COLUMNS_BEFORE_THE_FIRST_RELEASE


def stored(field: Field) -> tuple[str, dict[str, object]]:
    """What PostgreSQL knows of a field: a change of anything else touches no table."""
    _name, kind, _args, more = field.deconstruct()
    return kind, {key: more[key] for key in more if key not in (*field.non_db_attrs, "default")}


def test_a_change_of_choices_is_none_and_one_of_length_is():
    short = CharField(max_length=10)
    assert stored(short) == stored(CharField(max_length=10, choices=[("a", "a")]))
    assert stored(short) != stored(CharField(max_length=9))


def test_no_column_of_a_large_table_changes_its_type():
    """PostgreSQL would write the whole table anew, or read it, with everybody waiting."""
    loader = MigrationLoader(None)
    wrong = []
    for where, model, operation in operations():
        if isinstance(operation, AlterField):
            app, name = where.split(".")
            before = loader.project_state((app, name), at_end=False).models[app, model]
            if stored(before.fields[operation.name]) != stored(operation.field):
                wrong.append(f"{where}: {model}.{operation.name}")
    assert wrong == []


def test_nothing_that_the_code_of_before_reads_goes_or_changes_its_name():
    """Of any table. What nobody uses any more goes one release later."""
    gone = (RemoveField, RenameField, DeleteModel, RenameModel)
    wrong = {
        f"{app}.{name}: {getattr(operation, 'model_name', operation.describe())}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, gone) and app in OURS
    }
    assert wrong == GONE_BEFORE_THE_FIRST_RELEASE


def test_code_in_migrations_was_read():
    """Rows of a large table are changed by a command in batches, never inside a migration."""
    run = {
        f"{app}.{name}: {operation.code.__name__}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, RunPython) and app in OURS
    }
    assert run == FIRST_ROWS
