"""The status page is the same for everybody, and needs no database for anybody."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class StatusForEverybody:
    """Nobody is signed in on the pages made from the snapshot: no session is looked up.

    Stands before the middleware of sessions. `request.has_session` says whether the reader's
    browser has one, for the link back to the portal.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/status/") and "outages" not in request.path:
            cookie = request.COOKIES.pop(settings.SESSION_COOKIE_NAME, "")
            request.has_session = bool(cookie)  # type: ignore[attr-defined]
        return self.get_response(request)
