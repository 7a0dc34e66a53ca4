"""The environment of every process of one desk: settings that were not given get a value."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from servicedesk.local.keeper import embedded_servers, servers
from servicedesk.local.place import Place, Trouble


@contextmanager
def desk_environment(
    place: Place, *, running: bool = True, new_keys: bool = True
) -> Iterator[list[str]]:
    """Completes os.environ for the settings and gives the names of the embedded servers.

    They run while this context is open; with `running=False` only their addresses are given.
    With `new_keys=False` a desk on a database of its own must have its keys: raises Trouble.
    """
    os.umask(0o077)  # what the desk writes is nobody else's to read
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    os.environ["DESK_DATA"] = str(place.data)
    for name in ("DESK_SECRET_KEY", "DESK_MAIL_KEY"):
        if not given(name):
            if not new_keys and not place.has_secret(name) and _is_for_real():
                raise Trouble(
                    f"{name} is not set: a desk on a DATABASE_URL needs the key with which it "
                    "works. Generate one and keep it: with another one stored passwords cannot "
                    "be read."
                )
            os.environ[name] = place.secret(name)
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not given(name)]
    if not missing:
        yield []
        return
    known = servers(place)
    with embedded_servers(place, missing) if running else nullcontext():
        os.environ.update({name: known[name].url for name in missing})
        yield missing


def is_demo(*, unless_said: bool) -> bool:
    """What DESK_DEMO says, in the words that the settings know too."""
    said = os.environ.get("DESK_DEMO")
    return unless_said if said is None else said.lower() in {"1", "true", "yes", "on"}


def _is_for_real() -> bool:
    return given("DATABASE_URL") and not is_demo(unless_said=False)


def given(name: str) -> bool:
    """Set in the environment, by itself or as the path of a file."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))
