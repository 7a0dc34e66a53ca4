"""The disk of files is full, or read-only: people are told and write on, mail stays outside.

A small disk of our own in a namespace of our own; the database is elsewhere and has room.
"""

import subprocess
import sys

from servicedesk.local.place import ROOT
from tests.faults.rounds import rounds
from tests.faults.visitor import EMAIL, MAKE_SOFIE

SMALL_DISK = 'mount -t tmpfs -o {options} none "$DESK_DATA/files" && exec "$@"'
STORY = f"""
import io, os, sys
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from servicedesk.accounts.models import User
from servicedesk.operations import health
from tickets.models import Attachment, Draft, IncomingEmail, Ticket
from tickets.actions import drafting

sofie = User.objects.get(email="{EMAIL}")
browser = Client(HTTP_HOST="127.0.0.1")
browser.force_login(sofie)
before = Attachment.objects.count(), IncomingEmail.objects.count()
upload = SimpleUploadedFile("x.log", os.urandom(3_000_000))
answer = browser.post("/drafts/new_ticket/files/", {{"files": upload}})
print("upload", answer.status_code, "er is geen plaats" in answer.content.decode())
print("health", health.state()["intake"])
head = b"From: {EMAIL}\\r\\nSubject: x\\r\\nMessage-ID: <%d@x>\\r\\n\\r\\n" % os.getpid()
mail = head + os.urandom(2_000_000).hex().encode()
sys.stdin = io.TextIOWrapper(io.BytesIO(mail))
try:
    call_command("receive_mail", stdout=io.StringIO(), stderr=io.StringIO())
    print("mail 0")
except SystemExit as stop:
    print("mail", stop.code)
print("rows", (Attachment.objects.count(), IncomingEmail.objects.count()) == before)
print("page", browser.get("/tickets/new/").status_code)
"""


#: How it is mounted, and what the desk says of a disk like that.
DISKS = [("size=1m", "full"), ("ro", "read-only")]


def test_no_room_for_files(desk):
    desk.start()
    desk.shell(MAKE_SOFIE)
    (desk.data / "files").mkdir(exist_ok=True)
    for options, state in rounds(DISKS, DISKS * 20):
        told = subprocess.run(
            ["unshare", "-rm", "sh", "-c", SMALL_DISK.format(options=options), "sh",
             sys.executable, ROOT / "manage.py", "shell", "-v", "0", "-c", STORY],
            env=desk.environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        full = "ok" if state == "full" else state  # what little there is may fit in a small disk
        assert told.stdout.splitlines() == [
            "upload 422 True", f"health {full}", "mail 75", "rows True", "page 200",
        ], told.stderr  # fmt: skip
    assert desk.command("manage", "doctor").returncode == 0
