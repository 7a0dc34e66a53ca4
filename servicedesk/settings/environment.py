"""What the machine says: values by name, or by the file that holds them."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent.parent


class Given(FileAwareMapping):
    """The environment; the line break at the end of a file is no part of the secret in it."""

    def __getitem__(self, name: str) -> str:
        return str(super().__getitem__(name)).rstrip("\r\n")


class Env(environ.Env):
    ENVIRON = Given()


env = Env()


def required(name: str, *, why: str) -> str:
    """The value of `name` (or of the file named by `name`_FILE); raises when there is none."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value
