"""What no page should have to think of."""

import logging
import re
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from servicedesk.lib import logs
from servicedesk.lib.frames import with_room

logger = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]

#: What a page of the desk never needs of a browser, so nothing in it can ask for it either.
UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip

#: An IP address, or a name without a dot.
INSIDE = re.compile(r"([\w-]+|[\d.]+|\[[\da-fA-F:]+\])(:\d+)?", re.ASCII)


def room_for_frames(get_response: Next) -> Next:
    """The outermost one: what a page calls, templates above all, runs in one piece of memory."""
    return with_room(get_response)


class RequestLog:
    """Gives each request an id and one line in the log: which door, what came of it, how long.

    The line names the route and never the path or the query: those hold words people typed,
    and links of one use. The id goes back to the browser and along to the tasks.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
        number = logs.request_id(given)
        logs.begin(request=number)
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        reader = getattr(request, "_cached_user", None)
        logger.info(
            "request",
            extra={
                "method": request.method,
                "route": match.view_name if match else "",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - began) * 1000),
                "user": reader.pk if reader is not None else None,
            },
        )
        response.headers["X-Request-ID"] = number
        return response


def probes_by_any_name(get_response: Next) -> Next:
    """Monitors ask a machine by its address, or by a name that only the inside knows. What they
    are told holds no links; a name from outside is refused as everywhere.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        host = request.META.get("HTTP_HOST", "")
        if request.path_info in settings.DESK_PROBES and INSIDE.fullmatch(host):
            request.META["HTTP_HOST"] = settings.SECURE_SSL_HOST
        return get_response(request)

    return middleware


class RefuseUnreadable:
    """A bad request, not a failure, is what nothing could ever read.

    A NUL byte in the address is nobody's bookmark, and PostgreSQL cannot store it. On brackets
    nested by the thousand the parsers of Python give up, those that libraries call as well; the
    log keeps where, as it could be an endless loop of our own.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        if not _has_readable_cookies(request):
            raise BadRequest("cookies")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, RecursionError):
            logger.error("nested too deeply", exc_info=exception)
            raise BadRequest("nested too deeply") from exception


def _has_readable_cookies(request: HttpRequest) -> bool:
    """A NUL can be written in octal there, and sessions are looked up by their cookie."""
    try:
        return not any("\0" in value for value in request.COOKIES.values())
    except ValueError:
        return False


class BrowserLocks:
    """Headers that Django has no setting for. What a view says itself goes before."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.policy = ", ".join(f"{feature}=()" for feature in UNUSED)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Many library PCs are shared: what somebody read is gone from them after signing out.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


#: All that pages and programs ever send.
METHODS = {"GET", "HEAD", "POST", "OPTIONS"}


def known_methods_only(get_response: Next) -> Next:
    """405 for TRACE, PUT and words that somebody made up, whatever page they are sent to: views
    that do not name their methods, such as those of Django's admin, would answer with the page.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(sorted(METHODS))
        return get_response(request)

    return middleware
