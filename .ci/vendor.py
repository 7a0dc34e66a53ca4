#!/usr/bin/env python3
"""Fetch the third-party front-end files and write them down: `python3 .ci/vendor.py`.

For a maintainer who raises a version, never for a user: the files live in the repository. Needs
npm. Copies the named files of each package below static/vendor/ (axe-core below tests/), takes
out `sourceMappingURL` lines (the maps are not shipped and a manifest storage stops at a missing
file), builds the icon sprite, and writes name, version, licence and sha256 into vendor.json.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "static" / "vendor" / "vendor.json"
SPRITE = ROOT / "static" / "img" / "icons.svg"
ICON_NAMES = Path(__file__).with_name("icons.txt")

#: package, version, licence, {path in the package: path in the repository}
PACKAGES = [
    (
        "bootstrap",
        "5.3.9",
        "MIT",
        {
            "dist/css/bootstrap.min.css": "static/vendor/bootstrap/bootstrap.min.css",
            "dist/js/bootstrap.bundle.min.js": "static/vendor/bootstrap/bootstrap.bundle.min.js",
            "LICENSE": "static/vendor/bootstrap/LICENSE",
        },
    ),
    (
        "bootstrap-icons",
        "1.13.2",
        "MIT",
        {"LICENSE": "static/vendor/bootstrap-icons/LICENSE"},
    ),
    (
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        {
            "files/inter-latin-wght-normal.woff2": "static/vendor/inter/inter-latin.woff2",
            "LICENSE": "static/vendor/inter/LICENSE",
        },
    ),
    (
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        {"axe.min.js": "tests/axe.min.js", "LICENSE": "tests/axe.LICENSE"},
    ),
]
BINARY = {".woff2"}
SOURCE_MAP = re.compile(r"^\s*(?:/\*|//)# sourceMappingURL=\S+(?: \*/)?\s*$", re.MULTILINE)
SYMBOL = '<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>'


def fetch(package: str, version: str, folder: Path) -> Path:
    """The unpacked folder of `package` at `version`, below `folder`."""
    command = ["npm", "pack", "--silent", f"{package}@{version}"]
    name = subprocess.run(
        command, cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    with tarfile.open(folder / name) as archive:
        archive.extractall(folder / package, filter="data")
    return folder / package / "package"


def copied(source: Path, target: Path) -> Path:
    """Copy a file; a text without its pointer to a source map."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix in BINARY:
        target.write_bytes(source.read_bytes())
    else:
        text = SOURCE_MAP.sub("", source.read_text("utf-8"))
        target.write_text(text.rstrip() + "\n", "utf-8")
    return target


def sprite(icons: Path) -> str:
    """One SVG with a symbol per icon named in icons.txt."""
    symbols = []
    for name in sorted(set(ICON_NAMES.read_text("utf-8").split())):
        svg = (icons / f"{name}.svg").read_text("utf-8")
        body = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", svg.strip())
        symbols.append(SYMBOL.format(name=name, body=re.sub(r"\n\s*", "", body)))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def entry(package: str, version: str, licence: str, path: Path) -> dict[str, str]:
    """What the manifest says of one file."""
    return {
        "name": package,
        "version": version,
        "licence": licence,
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def main() -> None:
    entries = []
    with tempfile.TemporaryDirectory() as scratch:
        for package, version, licence, files in PACKAGES:
            unpacked = fetch(package, version, Path(scratch))
            for source, target in files.items():
                path = copied(unpacked / source, ROOT / target)
                entries.append(entry(package, version, licence, path))
            if package == "bootstrap-icons":
                SPRITE.parent.mkdir(parents=True, exist_ok=True)
                SPRITE.write_text(sprite(unpacked / "icons"), "utf-8")
                entries.append(entry(package, version, licence, SPRITE))
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
