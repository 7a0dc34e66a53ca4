"""A disk is full, or read-only: people are told, nothing is lost, and all comes back by itself.

Small disks of our own in namespaces of our own. First that of the files, while the database is
elsewhere and has room: people write on, mail stays outside. Then the one disk of a whole desk, of
PostgreSQL too.
"""

import random
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from servicedesk.local.place import ROOT
from tests.faults.house import House, house_of
from tests.faults.rounds import rounds
from tests.faults.visitor import EMAIL
from tests.servicedesk.local.desk import Desk, up_to_date

STORY = f"""
import contextlib, io, os, sys
from django.conf import settings
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
typed = {{"kind": "information", "subject": "Onderwerp blijft", "body": "Wat ik typte blijft."}}
upload = SimpleUploadedFile("x.log", os.urandom(3_000_000))
page = browser.post("/tickets/new/", {{**typed, "files": upload}})
text = page.content.decode()
print("form", page.status_code, "er is geen plaats" in text,
      'value="Onderwerp blijft"' in text, "Wat ik typte blijft.</textarea>" in text)
filler = os.path.join(settings.MEDIA_ROOT, "filler")
with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
    while file.write(bytes(4096)):
        pass
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


def with_a_disk(place: Path, options: str, holding: Sequence[Path] = ()) -> list[str]:
    """What runs a command in a namespace in which there is a small disk at `place`."""
    mount = f"mount -t tmpfs -o {options} none {place}"
    fill = f" && cp -a {shlex.join(map(str, holding))} {place}" if holding else ""
    return ["unshare", "-rm", "sh", "-c", f'{mount}{fill} && exec "$@"', "sh"]


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    """A desk of which the whole data folder is on a small disk."""
    desk = Desk(tmp_path_factory.mktemp("desk") / "var")
    desk.data.mkdir()
    desk.around = with_a_disk(desk.data, "size=400m,mode=0711", holding=up_to_date())
    with house_of(desk) as house:
        yield house


@pytest.mark.parametrize(("options", "state"), rounds(DISKS, DISKS * 20))
def test_no_room_for_files(house, options, state):
    desk = house.desk
    told = subprocess.run(
        [*desk.beside, *with_a_disk(desk.data / "files", options),
         sys.executable, ROOT / "manage.py", "shell", "-v", "0", "-c", STORY],
        env=desk.environment, cwd=ROOT, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert told.stdout.splitlines() == [
        "upload 422 True", "form 422 True True True", f"health {state}", "mail 75", "rows True",
        "page 200",
    ], told.stderr  # fmt: skip
    house.must_be_sound()


@pytest.mark.parametrize("turn", range(rounds(1, 20)))
def test_no_room_for_anything(house, turn):
    """PostgreSQL stops when it cannot write its log, and starts again as soon as it can."""
    filler = Path(f"/proc/{house.desk.process.pid}/root{house.desk.data}/filler")

    def fill_and_make_room() -> None:
        fill(filler)
        time.sleep(random.uniform(1, 4))
        filler.unlink()

    house.ask(rounds(6, 20), fill_and_make_room)
    house.must_be_sound()


def fill(filler: Path) -> None:
    """Leaves not a byte of its disk."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
