"""Logs for the person at the keyboard: their end, and what was added since the last look."""

from contextlib import suppress
from pathlib import Path


def tell(line: str) -> None:
    """To the terminal or the log, if the one is still there and the other has room."""
    with suppress(OSError):
        print(line, flush=True)


def tail(log: Path, *, lines: int = 15) -> str:
    """The last lines, for a start that failed."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return "\n".join(text.splitlines()[-lines:])


class Follower:
    """Reads on where it stopped before; begins at the end."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.seen = log.stat().st_size if log.exists() else 0

    def new_lines(self) -> list[str]:
        """Whole lines only; a half-written one comes with the next look."""
        if not self.log.exists():
            return []
        self.seen = min(self.seen, self.log.stat().st_size)  # a long one was put aside
        with self.log.open("rb") as file:
            file.seek(self.seen)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.seen += len(whole)
        return whole.decode(errors="replace").splitlines()
