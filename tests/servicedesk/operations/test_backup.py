"""A saved desk is the same desk again, saved under load too; and it sends nothing by itself."""

import io
import json
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections

from servicedesk.audit.models import AuditEntry
from servicedesk.operations import pg_programs
from servicedesk.operations.models import Backup
from servicedesk.outbox.holding import is_held
from servicedesk.outbox.models import OutgoingEmail
from servicedesk.outbox.sending import send_waiting
from tests.conftest import person
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.opening import NewTicket, open_ticket
from tickets.models import Attachment, Draft, Ticket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("new_desk")]


def told(capsys) -> dict:
    return json.loads(capsys.readouterr().out)


def ask(requester, subject: str, content: bytes = b"x") -> Ticket:
    """A question with a file."""
    draft = drafting.keep(drafting.draft_of(requester, Draft.Kind.NEW_TICKET), {"body": "x"})
    file = attach(SimpleUploadedFile("x.log", content), draft=draft, by=requester)
    question = NewTicket(requester=requester, subject=subject, body="x", attachments=[file])
    return open_ticket(question, by=requester)


@pytest.fixture
def archive(tmp_path) -> Path:
    return tmp_path / "desk.zip"


@pytest.fixture
def saved(ticket, requester, archive, capsys) -> Path:
    """A backup of a desk with two tickets, of which one has a file."""
    ask(requester, "Zie het bestand", b"regel 1\n")
    call_command("backup", str(archive))
    assert told(capsys)["files"] == 1
    return archive


def everything() -> dict[str, str]:
    """All tables but the cache, and those that say what became of the backup itself; of the trail
    all but that somebody restored it."""
    left_out = {"cache", "operations_backup", "outbox_sendinghold", "operations_heartbeat"}
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in left_out:
                rows = "md5(string_agg(t::text, $$ $$ ORDER BY t::text))"
                but = "WHERE action <> 'desk_restored'" if table == "audit_auditentry" else ""
                cursor.execute(f'SELECT {rows} FROM "{table}" t {but}')
                found[table] = cursor.fetchone()[0]
    return found


def test_the_restored_desk_is_the_same_desk(saved, capsys):
    before = everything()
    file = Attachment.objects.get()
    default_storage.delete(file.file.name)
    default_storage.save("attachments/later.txt", io.BytesIO(b"of the desk that goes"))
    Ticket.objects.update(subject="Overschreven")
    OutgoingEmail.objects.all().delete()
    call_command("restore", str(saved), "--replace")
    assert AuditEntry.objects.filter(action="desk_restored").count() == 1
    assert everything() == before
    with default_storage.open(Attachment.objects.get().file.name) as stored:
        assert stored.read() == b"regel 1\n"
    assert not default_storage.exists("attachments/later.txt")
    call_command("doctor")


def test_the_manifest_says_which_pg_restore_can_read_the_dump(saved):
    """That of the program which wrote it, however old the server is."""
    with zipfile.ZipFile(saved) as archive:
        major = json.loads(archive.read("manifest.json"))["postgresql"]
        dump = archive.read("database.dump")
    reader = pg_programs.program("pg_restore", at_least=major)
    listed = subprocess.run([reader, "--list"], input=dump, capture_output=True, check=True)
    assert f"Dumped by pg_dump version: {major}." in listed.stdout.decode()


def test_of_several_programs_the_oldest_that_is_new_enough_is_taken(tmp_path, monkeypatch):
    newer = tmp_path / "pg_dump"
    newer.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1'\n")
    newer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    here = pg_programs.server_major()
    assert pg_programs.program("pg_dump", at_least=here) != str(newer)
    assert here <= pg_programs.dumps_with() < 99
    assert pg_programs.program("pg_dump", at_least=98) == str(newer)
    with pytest.raises(pg_programs.NoProgram, match="install postgresql-client-100"):
        pg_programs.program("pg_dump", at_least=100)


def test_a_restored_desk_is_held_until_somebody_says_go_on(saved, capsys):
    waiting = OutgoingEmail.objects.filter(state="waiting").count()
    assert waiting > 0
    call_command("restore", str(saved), "--replace")
    assert is_held()
    assert send_waiting() == 0

    capsys.readouterr()
    call_command("resume_sending")
    assert told(capsys) == {"waited": waiting}
    assert send_waiting() == waiting


def test_what_waited_in_the_backup_may_be_left_unsent(saved, requester):
    call_command("restore", str(saved), "--replace")
    call_command("resume_sending", "--without-waiting")
    assert send_waiting() == 0
    assert set(OutgoingEmail.objects.values_list("state", flat=True)) == {"failed"}
    ask(requester, "Nieuw")
    assert send_waiting() > 0


def test_a_filled_desk_is_refused(saved):
    before = everything()
    with pytest.raises(CommandError, match="not empty: nothing was changed"):
        call_command("restore", str(saved))
    assert everything() == before
    assert not is_held()


def test_a_desk_in_use_is_refused(saved):
    other = connections.create_connection("default")
    other.ensure_connection()
    try:
        with pytest.raises(CommandError, match="in use by 1 others"):
            call_command("restore", str(saved), "--replace")
    finally:
        other.close()


@pytest.mark.parametrize("damage", ["cut off", "a bit flipped", "no archive", "nothing"])
def test_a_damaged_archive_is_refused_before_anything_is_changed(saved, damage):
    before, data = everything(), bytearray(saved.read_bytes())
    if damage == "cut off":
        del data[len(data) // 2 :]
    elif damage == "a bit flipped":
        data[len(data) // 2] ^= 1
    elif damage == "no archive":
        data = bytearray(b"iets anders")
    saved.write_bytes(data) if damage != "nothing" else saved.unlink()
    with pytest.raises(CommandError):
        call_command("restore", str(saved), "--replace")
    assert everything() == before


def test_an_archive_of_a_newer_version_is_refused(saved):
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(saved.with_name("new.zip"), "w") as new:
        for name in old.namelist():
            manifest = json.loads(old.read(name)) if name == "manifest.json" else None
            if manifest:
                manifest["migrations"].append("tickets.9999_of_tomorrow")
            new.writestr(name, json.dumps(manifest) if manifest else old.read(name))
    with pytest.raises(CommandError, match=r"newer than this one \(tickets.9999_of_tomorrow"):
        call_command("restore", str(saved.with_name("new.zip")), "--replace")


def test_saved_under_load_every_file_and_every_row_belong_together(requester, archive, capsys):
    """Some write, some take their files back, while it is saved."""
    going = threading.Event()
    people = [person(f"p{n}@heidedal.example", f"P {n}") for n in range(3)]

    def work(who) -> None:
        number = 0
        while not going.is_set():
            number += 1
            ask(who, f"Vraag {number}", f"{who.pk} {number}".encode() * 100)
            draft = drafting.keep(drafting.draft_of(who, Draft.Kind.NEW_TICKET), {"body": "x"})
            attach(SimpleUploadedFile("y.log", b"weg"), draft=draft, by=who)
            drafting.discard(draft)
        connection.close()

    workers = [threading.Thread(target=work, args=(who,)) for who in people]
    for worker in workers:
        worker.start()
    try:
        for _turn in range(3):
            call_command("backup", str(archive))
    finally:
        going.set()
        for worker in workers:
            worker.join()
    capsys.readouterr()
    call_command("restore", str(archive), "--replace")
    call_command("doctor")
    manifest = json.loads(zipfile.ZipFile(archive).read("manifest.json"))
    assert manifest["missing_files"] == []
    assert manifest["files"] >= Attachment.objects.count() > 0


def test_a_backup_that_fails_leaves_nothing_behind(ticket, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("backup", str(tmp_path / "nowhere" / "desk.zip"))
    assert not Backup.objects.exists()


def test_a_picture_that_is_not_drawn_yet_hinders_no_backup(requester, archive, capsys):
    ask(requester, "Zie de foto")
    Attachment.objects.update(shown=None)
    call_command("backup", str(archive))
    assert (told(capsys)["files"], archive.exists()) == (1, True)


def test_the_archive_is_private_and_notes_itself(saved):
    assert saved.stat().st_mode & 0o777 == 0o600
    backup = Backup.objects.get()
    assert (backup.file, backup.size, backup.files) == (str(saved), saved.stat().st_size, 1)
