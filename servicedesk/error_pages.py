"""Pages for what went wrong: a sentence in the reader's language, never a trace.

They ask nothing of the database or of the session: those may be what is broken.
"""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from servicedesk.lib.database import is_away

SECONDS_TO_WAIT = 10


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing we could make sense of: a forged host, a form with too many fields."""
    return _page(request, 400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our own fault; or, when the database is away, a page that looks again by itself."""
    if is_away(sys.exc_info()[1]):
        return unavailable(request)
    return _page(request, 500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503, for as long as something we need is away."""
    response = _page(request, 503)
    response.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    if request.method == "GET":
        response.headers["Refresh"] = str(SECONDS_TO_WAIT)
    return response


def _page(request: HttpRequest, status: int) -> HttpResponse:
    with translation.override(_language(request)):
        return HttpResponse(render_to_string(f"{status}.html"), status=status)


def _language(request: HttpRequest) -> str:
    """As the reader was shown before; when it went wrong before that was known, by the cookie."""
    chosen = getattr(request, "LANGUAGE_CODE", "")
    chosen = chosen or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
