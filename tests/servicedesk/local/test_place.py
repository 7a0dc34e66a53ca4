"""What is kept in the data folder, who may read it, and how it is thrown away."""

import os
import tempfile

import pytest

from servicedesk.local.place import LARGEST_LOG, Place, Trouble, make_private, write_once


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def test_secrets_are_made_once_and_are_private(place):
    first = place.secret("DESK_SECRET_KEY")
    assert len(first) >= 48
    assert place.secret("DESK_SECRET_KEY") == first
    assert place.secret("DESK_MAIL_KEY") != first
    assert (place.data / "desk-secret-key").stat().st_mode & 0o777 == 0o600


def test_the_first_of_two_writers_wins(tmp_path):
    write_once(tmp_path / "note", "first")
    write_once(tmp_path / "note", "second")
    assert (tmp_path / "note").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


def test_sockets_have_a_short_path_however_deep_the_data_lies(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("deep" * 30)))
    assert len(os.fspath(Place(tmp_path).sockets)) <= 85


def test_sockets_stay_where_they_are_until_their_temporary_folder_is_gone(place, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        first = place.sockets
        monkeypatch.setattr("tempfile.tempdir", None)
        assert place.sockets == first
    assert place.sockets != first


def test_a_folder_that_somebody_put_there_before_us_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "theirs")
    with pytest.raises(Trouble, match="belongs to somebody else"):
        make_private(tmp_path / "sockets")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_person_is_refused(tmp_path):
    (tmp_path / "sockets").mkdir()
    os.chown(tmp_path / "sockets", 12345, 12345)
    with pytest.raises(Trouble, match="belongs to somebody else"):
        make_private(tmp_path / "sockets")


def test_a_large_log_is_put_aside(place):
    log = place.data / "web.log"
    log.write_bytes(b"x" * (LARGEST_LOG + 1))
    assert not place.log("web").exists()
    assert (place.data / "web.log.1").exists()


def test_reset_asks_first_and_takes_only_what_the_desk_made(desk):
    desk.data.mkdir()
    for name in ("files", "letter.txt", "desk-secret-key", "web.log"):
        (desk.data / name).mkdir() if name == "files" else (desk.data / name).write_text("x")

    asked = desk.command("reset", answer="no\n")
    assert asked.returncode == 1
    assert "Nothing was thrown away" in asked.stderr
    assert (desk.data / "files").exists()
    assert desk.command("reset").returncode == 1

    external = desk.command("reset", "--yes", DATABASE_URL="postgres://desk@db.example/desk")
    assert external.returncode == 1
    assert (desk.data / "files").exists()

    assert desk.command("reset", answer="yes\n").returncode == 0
    left = {path.name for path in desk.data.iterdir() if path.suffix != ".lock"}
    assert left == {"letter.txt"}
    assert desk.command("stop").stdout == "The desk does not run.\n"
