"""What open pages should know, in a picture so small that asking for it each second costs nothing.

The picture stands in Redis, with the count of changes it was made at. `changed()` moves the count
on after a commit; a picture of an older count, or of some seconds ago, is made anew from the
database. So a call that got lost costs seconds, never an alarm. With Redis away each process
keeps a picture of its own, and pages are told to ask less often.
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
#: … the same without Redis, and how long Redis is left alone after it failed.
GOOD_IN_MEMORY = 2.0
AWAY_FOR = 5.0


@dataclass(frozen=True)
class Picture:
    """`shown` is what pages get; `tag` differs when it does; `readers` are the ids of who may."""

    count: int
    tag: str
    shown: dict[str, Any]
    readers: frozenset[int]

    @classmethod
    def of(cls, shown: dict[str, Any], readers: Iterable[int], *, count: int) -> "Picture":
        text = json.dumps(shown, sort_keys=True).encode()
        tag = hashlib.blake2b(text, digest_size=8).hexdigest()
        return cls(count, tag, shown, frozenset(readers))

    @classmethod
    def read(cls, stored: bytes | str) -> "Picture":
        given = json.loads(stored)
        return cls(given["count"], given["tag"], given["shown"], frozenset(given["readers"]))

    def stored(self) -> str:
        return json.dumps({**vars(self), "readers": sorted(self.readers)})


#: Gives what is to be shown and the ids of who may see it, from the database.
Make = Callable[[], tuple[dict[str, Any], Iterable[int]]]


class _Memory:
    """Of this process: since when Redis is away, and the picture for meanwhile."""

    redis_from = 0.0
    picture: Picture | None = None
    made_at = 0.0


def changed() -> None:
    """Lets every open page know, once this transaction is committed. Never raises."""
    transaction.on_commit(_count_on)


def look(make: Make) -> tuple[Picture, bool]:
    """The picture of this moment, and whether Redis is there, so that asking is cheap.

    Raises what `make` raises when the database is away too.
    """
    if time.monotonic() >= _Memory.redis_from:
        try:
            return _from_redis(make), True
        except redis.RedisError as error:
            _leave_alone(error)
    return _from_memory(make), False


def _from_redis(make: Make) -> Picture:
    counted, stored = _redis().mget(COUNT, PICTURE)
    count = int(counted or 0)
    if stored and (picture := Picture.read(stored)).count == count:
        return picture
    picture = Picture.of(*make(), count=count)
    _redis().set(PICTURE, picture.stored(), ex=GOOD_FOR)
    return picture


def _from_memory(make: Make) -> Picture:
    now = time.monotonic()
    if _Memory.picture is None or now - _Memory.made_at > GOOD_IN_MEMORY:
        _Memory.picture, _Memory.made_at = Picture.of(*make(), count=0), now
    return _Memory.picture


def _count_on() -> None:
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
