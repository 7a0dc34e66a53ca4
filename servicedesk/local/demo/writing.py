"""The rows of an invented ticket, from the life that was told."""

from functools import lru_cache
from typing import Any

from servicedesk.local.demo.facts import Handed
from servicedesk.local.demo.life import Life
from servicedesk.local.demo.office_time import DAY
from servicedesk.local.demo.promises import Promises
from servicedesk.local.demo.rows import NULL, Rows, as_json, stamp, stamp_or_null
from servicedesk.local.demo.texts import escaped

#: For so long we know who read a ticket.
REMEMBERED = 60 * DAY

#: Events that say the same on many tickets, with their data in the order of the acts.
OFTEN_THE_SAME = {
    "status_changed": ("cause", "from", "to"),
    "category_changed": ("from", "to"),
    "kwis_changed": ("from", "to"),
    "assigned": ("from_team", "to_team", "from_assignee", "to_assignee"),
    "rated": ("verdict", "via"),
}


def write(life: Life, rows: Rows, promises: Promises) -> bool:
    """Adds all rows of this ticket; False if it does not exist yet."""
    if not life.events:
        return False
    number = str(life.number)
    for message in life.messages:
        rows.add("tickets_message", message)
    for pk, kind, at, actor, data in life.events:
        told = _again(kind, *data.values()) if kind in OFTEN_THE_SAME else as_json(data)
        event = (str(pk), number, kind, stamp(at), _or_null(actor), told)
        rows.add("tickets_ticketevent", event)
    for user, at in life.followers:
        rows.add("tickets_follower", (number, str(user), stamp(at)))
    if life.handed:
        rows.add("tickets_forwarding", _handed(life, life.handed, number))
    if said := life.rating:
        given, still_open = stamp(said.at), "t" if said.follow_up_open else "f"
        rating = (number, said.verdict, said.comment, said.via, given, given, still_open)
        rows.add("tickets_rating", rating)
    if life.updated_at > life.now - REMEMBERED:
        for user, read in life.read_by.items():
            rows.add("tickets_readmark", (number, str(user), str(read)))
    _add_ticket(life, number, promises.write(life.number, life.log(), rows), rows)
    _add_words(life, number, rows)
    return True


def _handed(life: Life, handed: Handed, number: str) -> tuple[str, ...]:
    return (
        str(handed.id),
        number,
        str(handed.supplier),
        life.opening.subject,
        str(handed.by),
        stamp(handed.at),
        stamp_or_null(handed.answered_at),
        stamp_or_null(handed.ended_at),
        handed.how,
        "",
    )


def _add_ticket(life: Life, number: str, due: tuple[str, str], rows: Rows) -> None:
    opening = life.opening
    phone, when = opening.callback or ("", "")
    rows.add(
        "tickets_ticket",
        (
            number,
            opening.subject,
            str(opening.requester.id),
            _or_null(opening.requester.organisation),
            _or_null(opening.branch),
            _or_null(life.service),
            _or_null(life.category),
            life.kwis,
            "f",
            opening.impact,
            life.priority,
            life.status,
            _or_null(life.team),
            _or_null(life.assignee),
            opening.channel,
            escaped(as_json(opening.intake)),
            _or_null(opening.completeness),
            phone,
            when,
            "t" if life.callback_open else "f",
            stamp(opening.at),
            stamp(life.updated_at),
            stamp_or_null(life.solved_at),
            stamp_or_null(life.closed_at),
            *due,
        ),
    )


def _add_words(life: Life, number: str, rows: Rows) -> None:
    requester = life.opening.requester
    # As they come out of the database: short keys first.
    keys = sorted(life.opening.intake, key=lambda key: (len(key), key))
    answers = [leaf for key in keys for leaf in _leaves(life.opening.intake[key])]
    people = [requester.name, requester.email, requester.organisation_name, " ".join(answers)]
    rows.add(
        "demo_words",
        (
            number,
            life.opening.subject,
            escaped(" ".join(people)),
            " ".join(life.public),
            " ".join(life.internal),
        ),
    )


@lru_cache(maxsize=4096)
def _again(kind: str, *values: object) -> str:
    """The JSON of such an event, made once."""
    return as_json(dict(zip(OFTEN_THE_SAME[kind], values, strict=True)))


def _leaves(value: Any) -> list[str]:
    if isinstance(value, list):
        return [leaf for part in value for leaf in _leaves(part)]
    return [str(value)] if value not in (None, "", True, False) else []


def _or_null(value: int | None) -> str:
    return NULL if value is None else str(value)
