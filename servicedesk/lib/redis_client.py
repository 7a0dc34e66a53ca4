"""The one way to Redis for all but Celery: a server by its address, or what Sentinel says it is."""

from urllib.parse import urlsplit

import redis
from django.conf import settings
from redis.sentinel import Sentinel


def redis_client() -> redis.Redis:
    """A client that tries once and waits for half a second at most."""
    if not settings.REDIS_SENTINEL_MASTER:
        return redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_OPTIONS)
    sentinel = Sentinel(sentinels(settings.REDIS_URL), **_quickly())
    return sentinel.master_for(settings.REDIS_SENTINEL_MASTER, **settings.REDIS_OPTIONS)


def sentinels(url: str) -> list[tuple[str, int]]:
    """Hosts and ports in "sentinel://a:26379;sentinel://b:26379"."""
    parts = [urlsplit(part) for part in url.split(";") if part]
    return [(part.hostname or "localhost", part.port or 26379) for part in parts]


def _quickly() -> dict[str, object]:
    return {"sentinel_kwargs": settings.REDIS_OPTIONS, **settings.REDIS_OPTIONS}
