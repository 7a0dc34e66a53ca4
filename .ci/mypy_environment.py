"""A mypy plugin without types: it only gives the settings the environment they insist on.

django-stubs imports the settings to know the models. Nothing is connected to while types are read.
"""

import os

from mypy.plugin import Plugin

NOWHERE = {
    "DATABASE_URL": "postgres://desk@/desk?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent",
    "DESK_SECRET_KEY": "only-for-reading-types",
    "DESK_MAIL_KEY": "only-for-reading-types",
}
for name, value in NOWHERE.items():
    os.environ.setdefault(name, value)


def plugin(version: str) -> type[Plugin]:
    return Plugin
