"""run.py on the data folder of an older version: saved first, then brought up to date."""

import json
import zipfile

MAKE = (
    "from servicedesk.accounts.models import User;"
    "User.objects.create_user('sofie@heidedal.example', 'Sofie', 'een-lang-wachtwoord')"
)
COUNT = "from servicedesk.accounts.models import User; print(User.objects.count())"


def test_an_older_desk_is_saved_and_brought_up_to_date(desk):
    desk.move_in()
    desk.shell(MAKE)
    for older in (("operations", "zero"), ("outbox", "0003")):
        done = desk.command("manage", "migrate", *older, "--verbosity", "0")
        assert done.returncode == 0, done.stderr

    assert "An older desk: saved before its upgrade, in " in desk.start()
    assert desk.status() == 200
    assert desk.shell(COUNT) == "1"
    (archive,) = (desk.data / "backups").iterdir()
    with zipfile.ZipFile(archive) as saved:
        manifest = json.loads(saved.read("manifest.json"))
    assert manifest["rows"]["accounts_user"] == 1
    assert "outbox.0004_sendinghold" not in manifest["migrations"]

    desk.command("stop")
    desk.process.wait(60)
    assert "saved before" not in desk.start()  # it is as new as the code now

    desk.command("stop")
    desk.process.wait(60)
    restored = desk.command("manage", "restore", str(archive), "--replace")
    assert restored.returncode == 0, restored.stderr
    assert desk.shell(COUNT) == "1"
    assert json.loads(restored.stdout)["version"] == manifest["version"]


def test_a_desk_of_the_first_release_is_saved_and_brought_up_to_date(desk):
    desk.shell("from tests.servicedesk.local.first_release import make; make()")

    assert "An older desk: saved before its upgrade, in " in desk.start()
    assert desk.status() == 200
    (archive,) = (desk.data / "backups").iterdir()
    with zipfile.ZipFile(archive) as saved:
        manifest = json.loads(saved.read("manifest.json"))
    assert (manifest["files"], manifest["missing_files"]) == (1, [])
    assert manifest["rows"]["tickets_ticket"] == 1
    assert "tickets.0005_outside" not in manifest["migrations"]

    shown = json.loads(desk.command("manage", "show_ticket", "--json", "10001").stdout)
    assert (shown["subject"], shown["requester"]["name"]) == ("Van vroeger", "Sofie")
    (message,) = shown["messages"]
    assert [(file["filename"], file["size"]) for file in message["attachments"]] == [("log.txt", 7)]
