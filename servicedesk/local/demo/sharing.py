"""Work shared out among processes that commit together.

Each process has a transaction of its own. When all have written everything, all are told to
commit; when one of them breaks, or their parent dies, all roll back.
"""

import multiprocessing
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar, cast

from django.db import connections, transaction

T = TypeVar("T")
#: Writes some pieces of work, in an open transaction, and tells how much it wrote.
Write = Callable[[list[T], Callable[[int], None]], None]


def share_out(
    pieces: list[T],
    *,
    size: Callable[[T], int],
    processes: int,
    write: Write[T],
    told: Callable[[int], None],
    meanwhile: Callable[[], None],
) -> None:
    """Writes all pieces; `told` hears how much is written so far.

    This process does what is to be done `meanwhile`. With one process all happens here, in one
    transaction. Raises RuntimeError when a process broke: then nothing was written.
    """
    written = 0

    def count(more: int) -> None:
        nonlocal written
        written += more
        told(written)

    shares = _shares(pieces, size, processes)
    if processes == 1:
        meanwhile()
        with transaction.atomic():
            write(pieces, count)
    else:
        _in_processes(shares, write, count, meanwhile)


def _shares(pieces: list[T], size: Callable[[T], int], processes: int) -> list[list[T]]:
    """Dealt out so that each process gets about as much as the others."""
    shares: list[list[T]] = [[] for _process in range(processes)]
    loads = [0] * processes
    for piece in sorted(pieces, key=size, reverse=True):
        lightest = loads.index(min(loads))
        shares[lightest].append(piece)
        loads[lightest] += size(piece)
    return [share for share in shares if share]


def _in_processes(
    shares: list[list[T]],
    write: Write[T],
    count: Callable[[int], None],
    meanwhile: Callable[[], None],
) -> None:
    context = multiprocessing.get_context("fork")
    lines: list[Connection] = []
    children = []
    for share in shares:
        here, there = context.Pipe()
        child = context.Process(target=_work, args=(share, write, there, [*lines, here]))
        child.start()
        there.close()
        lines.append(here)
        children.append(child)
    committed = False
    try:
        meanwhile()
        _listen(lines, count)
        for line in lines:
            line.send("commit")
        committed = True
    except (EOFError, BrokenPipeError):
        pass  # its child broke and said why
    finally:
        for line in lines:
            line.close()
        for child in children:
            child.join()
    if not committed or any(child.exitcode for child in children):
        raise RuntimeError("Nothing was written, for one of the writing processes broke.")


def _listen(lines: list[Connection], count: Callable[[int], None]) -> None:
    """Until all have written everything. Raises EOFError when one of them is gone."""
    waiting: list[Any] = list(lines)
    while waiting:
        for line in wait(waiting):
            message: Any = cast(Connection, line).recv()
            if message == "ready":
                waiting.remove(line)
            else:
                count(message)


def _work(
    share: list[T], write: Write[T], line: Connection, parents_lines: list[Connection]
) -> None:
    """One process: writes its share, and commits when it is told to."""
    for other in parents_lines:
        other.close()  # so that the parent's death is heard as the end of the line
    _forget_connections()
    try:
        with transaction.atomic():
            write(share, line.send)
            line.send("ready")
            if line.recv() != "commit":
                raise EOFError
    except (BrokenPipeError, EOFError):  # the parent is gone, and nobody wants a traceback
        sys.exit(1)
    finally:
        connections.close_all()


def _forget_connections() -> None:
    """A child must not talk on its parent's lines to the database, but open its own.

    They are not closed, which would end them for the parent too: psycopg2 lets go quietly of what
    another process opened. And not by the parent before the fork: a running event loop hides from
    it the connections that a child, where no loop runs, finds again.
    """
    for connection in connections.all(initialized_only=True):
        del connections[connection.alias]
