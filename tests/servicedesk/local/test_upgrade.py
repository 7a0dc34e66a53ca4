"""run.py on the data folder of an older version: saved first, then brought up to date."""

import json
import zipfile

MAKE = (
    "from servicedesk.accounts.models import User;"
    "User.objects.create_user('sofie@heidedal.example', 'Sofie', 'een-lang-wachtwoord')"
)
COUNT = "from servicedesk.accounts.models import User; print(User.objects.count())"


def test_an_older_desk_is_saved_and_brought_up_to_date(desk):
    assert desk.command("manage", "migrate", "--verbosity", "0").returncode == 0
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
