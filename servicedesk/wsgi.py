"""The door for web servers."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup(set_prefix=False)

from servicedesk.operations.live import at_once  # noqa: E402  (needs the apps)


class Door(WSGIHandler):
    """Django, and what a server may answer without giving it a thread."""

    at_once = staticmethod(at_once)


application = Door()
