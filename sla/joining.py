"""The log by which a ticket's clocks run: its own, without messages that went elsewhere, with
those that came from elsewhere, and with the logs of the tickets that were merged into it.

- A message that was moved counts where it is now, from when it was written.
- Of merged tickets the earliest creation counts. Until the surviving ticket was opened, the life of
  the older one is its life; after that, the others only ask and answer.
- A ticket that was merged itself, is spam or a test, or was imported has no clocks at all.

Pure, like the fold that reads it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sla.legs import LogEntry, is_final

#: Which events begin and end a reason to be outside of all counts.
_ASIDE = {"set_aside": True, "taken_back": False}
_MERGED = {"merged": True, "merge_undone": False}
_AWAY = frozenset({"split_off", "message_moved_out"})
#: What still counts of a merged ticket once the surviving one is there.
_SAID = frozenset({"public_reply_added", "call_logged", "assigned", "answered"})


def is_outside(log: Iterable[LogEntry]) -> bool:
    """Nothing is promised (any more): merged, set aside or imported."""
    merged = aside = imported = False
    for entry in log:
        merged = _MERGED.get(entry.kind, merged)
        aside = _ASIDE.get(entry.kind, aside)
        imported = imported or entry.kind == "imported"
    return merged or aside or imported


def taken_in(log: Iterable[LogEntry]) -> list[int]:
    """The tickets that are merged into this one, in the order in which they came."""
    found: dict[int, None] = {}
    for entry in log:
        if entry.kind == "took_in":
            found[entry.data["ticket"]] = None
        elif entry.kind == "gave_back":
            found.pop(entry.data["ticket"], None)
    return list(found)


def whole_log(own: Iterable[LogEntry], joined: Iterable[Sequence[LogEntry]] = ()) -> list[LogEntry]:
    """The log to fold, in order; empty when `own` has no `opened` entry.

    Entries of one ticket count in the order of their ids: instants are cut to whole seconds, and
    one that lies before its predecessor (a clock was set back) counts as that predecessor's.
    `joined` are the whole logs of the tickets that were merged into this one.
    """
    log = _with_moves(_in_order(own))
    if not log:
        return []
    others = sorted((other for other in joined if other), key=lambda other: other[0].at)
    for other in reversed(others):
        log = _joined(log, other)
    return log


def _in_order(log: Iterable[LogEntry]) -> list[LogEntry]:
    ordered: list[LogEntry] = []
    for entry in sorted(log, key=lambda entry: entry.id):
        if not ordered and entry.kind != "opened":
            continue
        at = entry.at.replace(microsecond=0)
        if ordered and at < ordered[-1].at:
            at = ordered[-1].at
        ordered.append(entry if at == entry.at else replace(entry, at=at))
    return ordered


def _with_moves(log: list[LogEntry]) -> list[LogEntry]:
    """Messages count where they are: by the last move of each."""
    moves: dict[int, LogEntry] = {}
    for entry in log:
        if entry.kind in _AWAY or entry.kind == "message_moved_in":
            moves[entry.data["message"]] = entry
    if not moves:
        return log
    stayed = [entry for entry in log if entry.data.get("message") not in moves]
    came = [_as_written(move, log[0].at) for move in moves.values() if _came(move)]
    return _sorted([*stayed, *came])


def _came(move: LogEntry) -> bool:
    return move.kind == "message_moved_in" and bool(move.data["side"])


def _as_written(move: LogEntry, opened_at: datetime) -> LogEntry:
    """The moved message as a reply of when it was written, though not before the ticket was."""
    written = datetime.fromisoformat(move.data["written_at"]).replace(microsecond=0)
    data = {"message": move.data["message"], "side": move.data["side"], "automatic": False}
    return replace(move, kind="public_reply_added", at=max(written, opened_at), data=data)


def _joined(log: list[LogEntry], other: Sequence[LogEntry]) -> list[LogEntry]:
    opened = log[0]
    if other[0].at >= opened.at:
        return _sorted([*log, *_said(other)])
    before = [entry for entry in other if entry.at < opened.at]
    after = [entry for entry in other if entry.at >= opened.at]
    return _sorted([*before, *_reopened(opened), *log[1:], *_said(after)])


def _reopened(opened: LogEntry) -> list[LogEntry]:
    """The opening of a ticket that goes on with an older one: another status, maybe an answer."""
    status = {"to": opened.data.get("status", "new")}
    entries = [replace(opened, kind="status_changed", data=status)]
    return entries + [replace(opened, kind="answered", data={})] * bool(opened.data.get("answered"))


def _said(entries: Iterable[LogEntry]) -> list[LogEntry]:
    """What was asked and answered, without what became of the ticket meanwhile."""
    return [kept for entry in entries if (kept := _kept(entry))]


def _kept(entry: LogEntry) -> LogEntry | None:
    if entry.kind in _SAID:
        return entry
    solved = entry.kind == "status_changed" and is_final(entry.data["to"])
    registered = entry.kind == "opened" and entry.data.get("answered")
    return replace(entry, kind="answered", data={}) if solved or registered else None


def _sorted(entries: Iterable[LogEntry]) -> list[LogEntry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.id))
