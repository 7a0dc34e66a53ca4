#!/usr/bin/env python3
"""Django's command line for the desk, on the embedded servers unless others are named."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from servicedesk.local.environment import desk_environment
from servicedesk.local.place import Place, Trouble

#: They look at code only; the servers need not be started for them.
WITHOUT_SERVERS = {"help", "version", "makemessages", "compilemessages", "findstatic"}


def main(arguments: list[str]) -> None:
    """Runs one command; the embedded servers that it needs run as long as it does."""
    asks = {"--help", "-h", "--version"} & set(arguments[1:])
    running = not asks and arguments[1:2] != [] and arguments[1] not in WITHOUT_SERVERS
    try:
        # A command on somebody's database with a key made up for it would seal what nobody opens.
        with desk_environment(Place.here(), running=running, new_keys=False):
            execute_from_command_line(arguments)
    except (Trouble, ImproperlyConfigured) as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)  # a mail server that pipes to us tries again


if __name__ == "__main__":
    main(sys.argv)
