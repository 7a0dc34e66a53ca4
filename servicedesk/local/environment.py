"""The environment of every process of one desk: settings that were not given get a value."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from servicedesk.local.keeper import embedded_servers, servers
from servicedesk.local.place import Place


@contextmanager
def desk_environment(place: Place, *, running: bool = True) -> Iterator[list[str]]:
    """Completes os.environ for the settings and gives the names of the embedded servers.

    They run while this context is open; with `running=False` only their addresses are given.
    """
    os.umask(0o077)  # what the desk writes is nobody else's to read
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    os.environ["DESK_DATA"] = str(place.data)
    for name in ("DESK_SECRET_KEY", "DESK_MAIL_KEY"):
        if not given(name):
            os.environ[name] = place.secret(name)
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not given(name)]
    if not missing:
        yield []
        return
    known = servers(place)
    with embedded_servers(place, missing) if running else nullcontext():
        os.environ.update({name: known[name].url for name in missing})
        yield missing


def given(name: str) -> bool:
    """Set in the environment, by itself or as the path of a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
