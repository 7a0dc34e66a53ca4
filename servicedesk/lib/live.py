"""What open pages should know, in a picture so small that asking for it each second costs nothing.

The picture stands in Redis, with the count of changes it was made at. `changed()` moves the count
on after a commit; a picture of an older count, or of some seconds ago, is made anew from the
database. So a call that got lost costs seconds, never an alarm. A process believes for a moment
what it read there: a hundred pages cost five looks into Redis a second, not a hundred. With Redis
away each process makes a picture of its own, and pages are told to ask less often.
"""

import functools
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import redis
from django.db import transaction

from servicedesk.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

COUNT, PICTURE = "desk:live:count", "desk:live:picture"
#: Seconds: how long a picture is shown without a look into the database, …
GOOD_FOR = 4
#: … how long a process believes what it read from Redis, or made without it, …
GOOD_IN_MEMORY, GOOD_WITHOUT = 0.2, 2.0
#: … and how long Redis is left alone after it failed.
AWAY_FOR = 5.0


@dataclass(frozen=True)
class Picture:
    """`shown` is what pages get; `tag` differs when it does; `readers` are the names of who may."""

    count: int
    tag: str
    shown: dict[str, Any]
    readers: frozenset[str]

    @classmethod
    def of(cls, shown: dict[str, Any], readers: Iterable[str], *, count: int) -> "Picture":
        text = json.dumps(shown, sort_keys=True).encode()
        tag = hashlib.blake2b(text, digest_size=8).hexdigest()
        return cls(count, tag, shown, frozenset(readers))

    @classmethod
    def read(cls, stored: bytes | str) -> "Picture":
        given = json.loads(stored)
        return cls(given["count"], given["tag"], given["shown"], frozenset(given["readers"]))

    def stored(self) -> str:
        return json.dumps({**vars(self), "readers": sorted(self.readers)})


#: Gives what is to be shown and the names of who may see it, from the database.
Make = Callable[[], tuple[dict[str, Any], Iterable[str]]]


@dataclass(frozen=True)
class _Kept:
    """A picture in the memory of a process, and until when it is believed."""

    picture: Picture
    is_cheap: bool
    until: float


class _Memory:
    """Of this process: since when Redis is away, and the picture for a moment."""

    redis_from = 0.0
    kept: _Kept | None = None


def changed() -> None:
    """Lets every open page know, once this transaction is committed. Never raises."""
    transaction.on_commit(_count_on)


def look(make: Make) -> tuple[Picture, bool]:
    """The picture of this moment, and whether Redis is there, so that asking is cheap.

    Raises what `make` raises when the database is away too.
    """
    kept = _Memory.kept
    if kept is None or time.monotonic() >= kept.until:
        kept = _Memory.kept = _looked(make)
    return kept.picture, kept.is_cheap


def remembered() -> Picture | None:
    """The picture that this process would show without a look anywhere."""
    kept = _Memory.kept
    return kept.picture if kept and kept.is_cheap and time.monotonic() < kept.until else None


def forget() -> None:
    """This process knows nothing any more: as it began."""
    _Memory.redis_from, _Memory.kept = 0.0, None


def _looked(make: Make) -> _Kept:
    if time.monotonic() >= _Memory.redis_from:
        try:
            return _Kept(_from_redis(make), True, time.monotonic() + GOOD_IN_MEMORY)
        except redis.RedisError as error:
            _leave_alone(error)
    return _Kept(Picture.of(*make(), count=0), False, time.monotonic() + GOOD_WITHOUT)


def _from_redis(make: Make) -> Picture:
    counted, stored = _redis().mget(COUNT, PICTURE)
    count = int(counted or 0)
    if stored and (picture := Picture.read(stored)).count == count:
        return picture
    picture = Picture.of(*make(), count=count)
    _redis().set(PICTURE, picture.stored(), ex=GOOD_FOR)
    return picture


def _count_on() -> None:
    _Memory.kept = None
    if time.monotonic() < _Memory.redis_from:
        return
    try:
        _redis().incr(COUNT)
    except redis.RedisError as error:
        _leave_alone(error)


def _leave_alone(error: redis.RedisError) -> None:
    _Memory.redis_from = time.monotonic() + AWAY_FOR
    logger.warning("live pages look into the database: %s", type(error).__name__)


_redis = functools.cache(redis_client)
