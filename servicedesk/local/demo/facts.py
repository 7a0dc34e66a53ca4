"""What an invented ticket is made of: what is asked, what is thought of it, whose turn it is."""

from dataclasses import dataclass
from typing import Any

from servicedesk.local.demo.cast import Person

#: Plain text and HTML, both escaped for COPY.
Words = tuple[str, str]


@dataclass(frozen=True)
class Kind:
    """A category as its tickets need it."""

    id: int
    kwis: str


@dataclass
class Opening:
    """What is asked, by whom, through which door. Texts are escaped for COPY."""

    at: int
    requester: Person
    subject: str
    words: Words
    channel: str
    kwis: str
    priority: str
    impact: str
    service: int | None
    team: int | None
    branch: int | None
    by: Person
    intake: dict[str, Any]
    completeness: int | None = None
    callback: tuple[str, str] | None = None
    followers: tuple[Person, ...] = ()


@dataclass
class Opinion:
    """Whether they were satisfied; `comment` is escaped for COPY."""

    verdict: str
    comment: str
    via: str
    at: int
    follow_up_open: bool


@dataclass
class Handed:
    """That it was put before a supplier: since when, and how far that is."""

    id: int
    supplier: int
    by: int
    at: int
    answered_at: int | None = None
    ended_at: int | None = None
    how: str = ""
