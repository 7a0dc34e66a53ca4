"""How far a long load is, as a bar on a terminal or as lines in a log."""

import time
from types import TracebackType
from typing import Self, TextIO

WIDTH = 40


class Bar:
    """Drawn over and over on a terminal; elsewhere a line for every tenth part."""

    def __init__(self, out: TextIO) -> None:
        self.out, self.began, self.tenth = out, time.monotonic(), 0
        self.drawn = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.drawn:
            self.out.write("\n")
            self.out.flush()

    def show(self, done: int, total: int) -> None:
        part = min(done / max(total, 1), 1.0)
        words = f"{done} of about {total} tickets, {time.monotonic() - self.began:.0f} s"
        if self.out.isatty():
            full = round(part * WIDTH)
            self.out.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {words}")
            self.drawn = True
        elif int(part * 10) > self.tenth:
            self.tenth = int(part * 10)
            self.out.write(f"{words}\n")
        self.out.flush()
