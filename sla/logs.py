"""The event logs of tickets, as the fold reads them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sla.joining import taken_in, whole_log
from sla.legs import LogEntry
from tickets.models import TicketEvent

Log = Sequence[LogEntry]

#: Events that can change a clock or its target; all others leave every reading as it is.
TOLD_BY = frozenset(
    {
        "opened",
        "public_reply_added",
        "call_logged",
        "assigned",
        "status_changed",
        "priority_changed",
        "policy_changed",
        "merged",
        "merge_undone",
        "took_in",
        "gave_back",
        "split_off",
        "message_moved_out",
        "message_moved_in",
        "set_aside",
        "taken_back",
        "imported",
        "reminded",
    }
)


@dataclass(frozen=True)
class Logs:
    """The logs of some tickets, and of all that were merged into them, however deep."""

    asked: tuple[int, ...]
    of: dict[int, list[LogEntry]]

    @classmethod
    def read(cls, ticket_ids: Iterable[int]) -> "Logs":
        """One query, and one more for each generation of merged tickets."""
        logs = _read(ticket_ids)
        asked, newest = tuple(logs), logs
        while newest:
            more = {ticket for log in newest.values() for ticket in taken_in(log)} - logs.keys()
            newest = _read(more) if more else {}
            logs = {**logs, **newest}
        return cls(asked, logs)

    @property
    def own(self) -> dict[int, Log]:
        """The log of each ticket that was asked for."""
        return {ticket: self.of[ticket] for ticket in self.asked}

    def joined_to(self, ticket_id: int) -> list[list[LogEntry]]:
        """The whole log of each ticket that was merged into this one."""
        return [
            whole_log(self.of[ticket], self.joined_to(ticket))
            for ticket in taken_in(self.of[ticket_id])
            if ticket in self.of
        ]


def _read(ticket_ids: Iterable[int]) -> dict[int, list[LogEntry]]:
    """The log of each ticket that has an `opened` entry, in order."""
    logs: dict[int, list[LogEntry]] = defaultdict(list)
    events = TicketEvent.objects.filter(ticket_id__in=list(ticket_ids), kind__in=TOLD_BY)
    # Columns and no objects: a recompute reads some hundred thousand of them.
    columns = events.order_by("pk").values_list("ticket_id", "pk", "kind", "at", "actor_id", "data")
    for ticket_id, *entry in columns:
        logs[ticket_id].append(LogEntry(*entry))
    return {
        ticket_id: log
        for ticket_id, log in logs.items()
        if any(entry.kind == "opened" for entry in log)
    }
