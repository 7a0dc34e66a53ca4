"""The door for web servers."""

import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup(set_prefix=False)

from servicedesk.lib.http import content_type  # noqa: E402  (needs the settings)
from servicedesk.operations.live import at_once  # noqa: E402  (needs the apps)


class Door(WSGIHandler):
    """Django, and what a server may answer without giving it a thread."""

    at_once = staticmethod(at_once)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Before Django makes a request of it, which nothing of ours could keep from failing."""
        environ["CONTENT_TYPE"] = content_type(environ.get("CONTENT_TYPE", ""))
        return super().__call__(environ, start_response)


application = Door()
