"""One invented ticket while it is told: each act leaves what the verb would leave.

Acts come in the order of time. The first one that lies in the future does not happen, nor does
anything after it: so the same story, told at another moment, is a solved ticket or an open one.
"""

from typing import Any

from servicedesk.local.demo.cast import Person
from servicedesk.local.demo.facts import Handed, Kind, Opening, Opinion, Words
from servicedesk.local.demo.office_time import local_day, midnight, moment
from servicedesk.local.demo.rows import NULL, stamp
from sla.legs import LogEntry
from sla.logs import TOLD_BY
from tickets.actions.opening import IN_CONTACT
from tickets.actions.transitions import MOVED_BY_REPLY
from tickets.models import REOPEN_DAYS

#: No ticket of the demo has as many messages or events.
MOST_MESSAGES, MOST_EVENTS = 12, 32
FIRST_NUMBER = 10_001


class Life:
    """What one ticket is after each act, with its messages and its log."""

    def __init__(self, number: int, now: int) -> None:
        self.number, self.now = number, now
        self.over = False
        self.status = "new"
        self.team: int | None = None
        self.assignee: int | None = None
        self.category: int | None = None
        self.kwis = ""
        self.solved_at: int | None = None
        self.closed_at: int | None = None
        self.callback_open = False
        self.messages: list[tuple[str, ...]] = []
        self.events: list[tuple[int, str, int, int | None, dict[str, Any]]] = []
        self.followers: list[tuple[int, int]] = []
        self.rating: Opinion | None = None
        self.handed: Handed | None = None
        self.read_by: dict[int, int] = {}
        self.public: list[str] = []
        self.internal: list[str] = []
        self._message = (number - FIRST_NUMBER) * MOST_MESSAGES + 1
        self._event = (number - FIRST_NUMBER) * MOST_EVENTS + 1

    # --- acts -----------------------------------------------------------------------------

    def open(self, opening: Opening) -> None:
        self.opening = opening
        self.updated_at = at = opening.at
        self.team, self.kwis, self.priority = opening.team, opening.kwis, opening.priority
        self.service = opening.service
        self.over = at > self.now
        if self.over:
            return
        by, requester = opening.by.id, opening.requester
        self._log(
            "opened",
            at,
            by,
            channel=opening.channel,
            status="new",
            requester=requester.id,
            organisation=requester.organisation,
            service=opening.service,
            category=None,
            kwis=opening.kwis,
            priority=opening.priority,
            team=opening.team,
            answered=opening.channel in IN_CONTACT and by != requester.id,
        )
        for follower in opening.followers:
            self._follow(at, follower, by)
        if opening.callback:
            self.callback_open = True
            self._log("callback_requested", at, by)
        self._say(at, requester.id, opening.words, side="requester", channel=opening.channel)

    def assign(self, at: int, team: int | None, assignee: Person | None, by: Person) -> None:
        if self._is_future(at):
            return
        to = assignee.id if assignee else None
        self._log(
            "assigned",
            at,
            by.id,
            from_team=self.team,
            to_team=team,
            from_assignee=self.assignee,
            to_assignee=to,
        )
        self.team, self.assignee = team, to
        if self.status == "new":
            self._move(at, "open", by.id, "agent")

    def set_service(self, at: int, service: int, owner_team: int | None, by: Person) -> None:
        if self._is_future(at):
            return
        old, self.service = self.service, service
        if self.status == "new" and owner_team:
            self.team = owner_team
        self._log("service_changed", at, by.id, **{"from": old, "to": service})

    def set_priority(self, at: int, priority: str, reason: str, by: Person) -> None:
        if self._is_future(at) or priority == self.priority:
            return
        old, self.priority = self.priority, priority
        self._log("priority_changed", at, by.id, reason=reason, **{"from": old, "to": priority})

    def answer(
        self, at: int, by: Person, words: Words, then: str = "", kind: Kind | None = None
    ) -> None:
        """A public reply of the desk, with what it sets."""
        if self._is_future(at):
            return
        message = self._say(at, by.id, words, side="desk", channel="portal")
        self._take_if_new(at, by)
        self._log("public_reply_added", at, by.id, message=message, side="desk", automatic=False)
        self._conclude(at, by, then, kind)

    def note(self, at: int, by: Person, words: Words, then: str = "") -> None:
        """An internal note."""
        if self._is_future(at):
            return
        message = self._say(at, by.id, words, kind="internal_note", side="desk")
        self._log("internal_note_added", at, by.id, message=message)
        self._conclude(at, by, then, None)

    def call(self, at: int, by: Person, words: Words) -> None:
        """A phone call with the requester."""
        if self._is_future(at):
            return
        message = self._say(at, by.id, words, kind="internal_note", side="desk")
        self._take_if_new(at, by)
        self._log("call_logged", at, by.id, message=message)
        if self.callback_open:
            self.callback_open = False
            self._log("callback_done", at, by.id)

    def forward(self, at: int, by: Person, supplier: int, words: Words) -> None:
        """Puts it before a supplier, with a letter that only the desk reads."""
        if self._is_future(at) or not supplier:
            return
        # No ticket of the demo is forwarded twice.
        self.handed = Handed(self.number - FIRST_NUMBER + 1, supplier, by.id, at)
        message = self._say(at, by.id, words, kind="supplier_out", side="desk")
        self._of_supplier("forwarded", at, by.id, message=message, promise="")
        if self.status != "on_hold":
            self._move(at, "on_hold", by.id, "agent")

    def hear_supplier(self, at: int, words: Words) -> None:
        """The supplier answers by mail; the desk must act again."""
        if self._is_future(at) or self.handed is None:
            return
        message = self._say(at, None, words, kind="supplier_in", side="supplier", channel="mail")
        self.handed.answered_at = self.handed.answered_at or at
        self._of_supplier("supplier_answered", at, None, message=message, automatic=False)
        if self.status == "on_hold":
            self._move(at, "open", None, "supplier")

    def end_with_supplier(self, at: int, by: Person, how: str = "solved") -> None:
        """The supplier's turn is over."""
        if not self._is_future(at):
            self._end_with_supplier(at, by.id, how)

    def write_back(self, at: int, words: Words, by: Person | None = None) -> None:
        """The requester's side replies, by the door through which it came."""
        if self._is_future(at):
            return
        author = by or self.opening.requester
        channel = "mail" if self.opening.channel == "mail" else "portal"
        message = self._say(at, author.id, words, side="requester", channel=channel)
        self._log(
            "public_reply_added", at, author.id, message=message, side="requester", automatic=False
        )
        if self.status in MOVED_BY_REPLY:
            self._move(at, "open", author.id, "reply")

    def thank(self, at: int, words: Words) -> None:
        if self._is_future(at):
            return
        author = self.opening.requester.id
        message = self._say(at, author, words, side="requester", channel="portal")
        self._log("thanked", at, author, message=message)

    def set_status(self, at: int, to: str, by: Person, kind: Kind | None = None) -> None:
        """An agent picks a status without a word."""
        if not self._is_future(at):
            self._take_if_new(at, by)
            self._conclude(at, by, to, kind)

    def confirm(self, at: int) -> None:
        """The requester says that it is solved."""
        if self._is_future(at):
            return
        by = self.opening.requester.id
        self._log("confirmed", at, by)
        if self.status != "solved":
            self._move(at, "solved", by, "requester")

    def rate(self, at: int, verdict: str, comment: str) -> None:
        """The requester says whether the help was good: mostly by the link in the mail."""
        if self._is_future(at):
            return
        via = "portal" if self.number % 4 == 0 else "link"
        self._log("rated", at, self.opening.requester.id, verdict=verdict, via=via)
        self.rating = Opinion(verdict, comment, via, at, verdict == "negative")

    def follow_up(self, at: int, by: Person) -> None:
        """Somebody of the desk did something with a negative opinion."""
        if self.rating and not self._is_future(at):
            self._log("rating_followed_up", at, by.id)
            self.rating.follow_up_open = False

    def solve_by_rule(self, at: int) -> None:
        if not self._is_future(at):
            self._move(at, "solved", None, "rule")

    def follow(self, at: int, follower: Person, by: Person) -> None:
        if not self._is_future(at):
            self._follow(at, follower, by.id)

    def categorise(self, at: int, kind: Kind, by: Person) -> None:
        """Another category, whatever the status."""
        if not self._is_future(at):
            self._conclude(at, by, "", kind)

    def close_in_time(self) -> None:
        """What the rule does: closed at local midnight after day 14."""
        if self.over or self.solved_at is None or self.status != "solved":
            return
        at = _closing(self.solved_at) + 60 + self.number % 240
        if not self._is_future(at):
            self._move(at, "closed", None, "rule")

    def message_id(self, position: int) -> int:
        """The id of the message with this position, the first one being 0."""
        return self._message + position

    def log(self) -> list[LogEntry]:
        """The events that clocks are told by."""
        return [
            LogEntry(pk, kind, moment(at), actor, data)
            for pk, kind, at, actor, data in self.events
            if kind in TOLD_BY
        ]

    # --- the small print ------------------------------------------------------------------

    def _is_future(self, at: int) -> bool:
        if at > self.now:
            self.over = True
        return self.over

    def _log(self, kind: str, at: int, by: int | None, **data: Any) -> None:
        if at < self.updated_at or len(self.events) == MOST_EVENTS:
            raise AssertionError(f"{kind} of ticket {self.number} is out of order")
        self.events.append((self._event + len(self.events), kind, at, by, data))
        self.updated_at = at

    def _say(
        self,
        at: int,
        author: int | None,
        words: Words,
        *,
        side: str,
        channel: str = "portal",
        kind: str = "public_reply",
    ) -> int:
        pk = self._message + len(self.messages)
        self.messages.append(
            (
                str(pk),
                str(self.number),
                kind,
                side,
                NULL if author is None else str(author),
                channel,
                *words,
                "f",
                stamp(at),
                "",
                str(self.handed.id) if self.handed and kind.startswith("supplier") else NULL,
            )
        )
        (self.public if kind == "public_reply" else self.internal).append(words[0])
        if side == "desk" and author is not None:
            self.read_by[author] = pk
        return pk

    def _take_if_new(self, at: int, by: Person) -> None:
        if self.status == "new":
            self.assign(at, self.team or by.team, by, by)

    def _conclude(self, at: int, by: Person, then: str, kind: Kind | None) -> None:
        if kind and kind.id != self.category:
            old, self.category = self.category, kind.id
            self._log("category_changed", at, by.id, **{"from": old, "to": kind.id})
            if kind.kwis and self.kwis not in ("complaint", kind.kwis):
                old_kwis, self.kwis = self.kwis, kind.kwis
                self._log("kwis_changed", at, by.id, **{"from": old_kwis, "to": kind.kwis})
        if then and then != self.status:
            self._move(at, then, by.id, "agent")

    def _move(self, at: int, to: str, by: int | None, cause: str) -> None:
        old, self.status = self.status, to
        if to == "solved":
            self.solved_at = at
        elif to != "closed":
            self.solved_at = None
        self.closed_at = at if to == "closed" else None
        self._log("status_changed", at, by, cause=cause, **{"from": old, "to": to})
        if to == "solved":
            self._end_with_supplier(at, by, "with_ticket")

    def _end_with_supplier(self, at: int, by: int | None, how: str) -> None:
        if self.handed and self.handed.ended_at is None:
            self.handed.ended_at, self.handed.how = at, how
            self._of_supplier("forwarding_ended", at, by, how=how)

    def _of_supplier(self, kind: str, at: int, by: int | None, **data: Any) -> None:
        if self.handed:
            handed = {"forwarding": self.handed.id, "supplier": self.handed.supplier}
            self._log(kind, at, by, **handed, **data)

    def _follow(self, at: int, follower: Person, by: int) -> None:
        if follower.id != self.opening.requester.id:
            self.followers.append((follower.id, at))
            self._log("follower_added", at, by, user=follower.id)


_closings: dict[int, int] = {}


def _closing(solved_at: int) -> int:
    """The moment of `tickets.actions.transitions.closes_at`."""
    quarter = solved_at // 900  # midnight falls on a whole quarter of an hour everywhere
    if quarter not in _closings:
        day = local_day(solved_at).toordinal() + REOPEN_DAYS + 1
        _closings[quarter] = midnight(local_day(solved_at).fromordinal(day))
    return _closings[quarter]
