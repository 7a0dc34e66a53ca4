"""Third-party files are exactly what the manifest says, each beside its licence."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = json.loads((ROOT / "static" / "vendor" / "vendor.json").read_text("utf-8"))
SPRITE = (ROOT / "static" / "img" / "icons.svg").read_text("utf-8")
LICENCES = {"MIT", "MPL-2.0", "OFL-1.1", "0BSD", "Apache-2.0"}


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_the_file_is_what_the_manifest_says(entry):
    content = (ROOT / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
    assert entry["licence"] in LICENCES


def test_every_package_brings_its_licence():
    licensed = {entry["name"] for entry in MANIFEST if entry["file"].endswith("LICENSE")}
    assert licensed == {entry["name"] for entry in MANIFEST}


def test_every_file_under_vendor_is_in_the_manifest():
    there = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "static" / "vendor").rglob("*")
        if path.is_file()
    }
    listed = {entry["file"] for entry in MANIFEST} | {"static/vendor/vendor.json"}
    assert there - listed == set()


def test_no_file_asks_for_a_source_map():
    texts = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css"}]
    assert texts
    assert [str(p) for p in texts if "sourceMappingURL" in p.read_text("utf-8")] == []


def test_the_sprite_holds_the_icons_it_should():
    wanted = (ROOT / ".ci" / "icons.txt").read_text("utf-8").split()
    assert len(wanted) == len(set(wanted)), "an icon is named twice"
    assert set(re.findall(r'<symbol id="([^"]+)"', SPRITE)) == set(wanted)
