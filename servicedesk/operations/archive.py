"""The archive of a backup: one zip file, written and read as a stream.

    database.dump    what pg_dump wrote, in its own format
    files.tar        every stored file, under its name in the storage
    manifest.json    what it is: version, migrations, counts, and the sha256 of the other two

A zip has its table of contents at the end: what was cut off has none, and is refused at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self

from django.core.files.base import File

FORMAT = 1
DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
CHUNK = 1024 * 1024


class BrokenArchive(Exception):
    """Its text is one sentence for an administrator."""


class Measured(io.RawIOBase):
    """What goes through it is counted and hashed on its way."""

    def __init__(self, under: IO[bytes]) -> None:
        self.under, self.size, self.digest = under, 0, hashlib.sha256()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._note(data)
        return self.under.write(data)

    def read(self, size: int = -1) -> bytes:
        data = self.under.read(size)
        self._note(data)
        return data

    def _note(self, data: bytes) -> None:
        self.size += len(data)
        self.digest.update(data)

    def as_json(self) -> dict[str, Any]:
        return {"size": self.size, "sha256": self.digest.hexdigest()}


class ArchiveWriter:
    """Writes one part after the other; the manifest comes last."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.parts: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure:
            self.zip.fp = None  # it would write its table of contents, as if it were whole

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[Measured]:
        """A part to write to, of any length."""
        with self.zip.open(name, "w", force_zip64=True) as raw:
            measured = Measured(raw)
            yield measured
        self.parts[name] = measured.as_json()

    def close(self, manifest: dict[str, Any]) -> None:
        """Ends the archive; without it there is none."""
        whole = {"format": FORMAT, **manifest, "parts": self.parts}
        self.zip.writestr(MANIFEST, json.dumps(whole, indent=1))
        self.zip.close()


class ArchiveReader:
    """An archive that is whole, as far as its table of contents tells."""

    def __init__(self, path: Path) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
            self.manifest = json.loads(self.zip.read(MANIFEST))
        except FileNotFoundError:
            raise BrokenArchive(f"There is no file {path}.") from None
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise BrokenArchive(f"{path} is no backup, or was cut off.") from error
        if self.manifest.get("format") != FORMAT:
            raise BrokenArchive(f"{path} was made by another version of the desk.")

    def check(self) -> None:
        """Every part has the bytes that were saved; reads the whole archive."""
        for name, known in self.manifest["parts"].items():
            with self.part(name) as part:
                while part.read(CHUNK):
                    pass
            if part.as_json() != known:
                raise BrokenArchive(f"{name} in the archive was damaged after it was saved.")

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[Measured]:
        """A part to read from."""
        try:
            with self.zip.open(name) as raw:
                yield Measured(raw)
        except (zipfile.BadZipFile, EOFError) as error:
            raise BrokenArchive(f"{name} in the archive was damaged after it was saved.") from error


class TarWriter:
    """A tar of any number of files, without a list of them in memory."""

    def __init__(self, out: Measured) -> None:
        self.tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self.count = 0

    def add(self, name: str, file: File) -> None:
        """One file under its name in the storage."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = file.size, 0o600
        self.tar.addfile(entry, file)
        self.tar.members.clear()  # type: ignore[attr-defined]
        self.count += 1

    def close(self) -> None:
        self.tar.close()


def files_in(part: Measured) -> Iterable[tuple[str, File]]:
    """Name and content of each file in a tar, in its order."""
    with tarfile.open(fileobj=part, mode="r|") as tar:
        for entry in tar:
            if entry.isfile() and (content := tar.extractfile(entry)) is not None:
                file = File(content, entry.name)
                file.size = entry.size
                yield entry.name, file
            tar.members.clear()  # type: ignore[attr-defined]
