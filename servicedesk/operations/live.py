"""The endpoint that every open page of the desk asks each second: is there anything new?

It stands ahead of session, sign-in and all other middleware, knows sessions by a signed badge, and
answers without a query to the database. `servicedesk.lib.live` says how.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from servicedesk.accounts import second_step
from servicedesk.accounts.sessions import keys_at_desk
from servicedesk.lib import live
from sla.alarms.picture import alarms_on_pages
from tickets import news

PATH = "/live/"
BADGE = "__Host-live" if settings.HTTPS else "live"
#: Seconds a badge is good for. It only says which session asks: whether that goes on, and its
#: person still works at the desk, stands in the picture. Who signs out or leaves is out at once.
LIFETIME = min(12, settings.DESK_SESSION_IDLE_HOURS) * 3600
#: Milliseconds after which to ask again; when that costs queries.
OFTEN, SELDOM = 1000, 4000

#: What an open page sends, and the answer when it has seen it all.
ASKS = re.compile(rb"GET /live/\?seen=(?P<seen>[0-9a-f]{16}) HTTP/1\.[01]\r\n")
SHOWN_BADGE = re.compile(
    rb"\r\ncookie:[^\r\n]*?[ ;]" + BADGE.encode() + rb"=([\w:.-]+)", re.IGNORECASE
)
NOTHING_NEW = (
    f"HTTP/1.1 204 No Content\r\nCache-Control: no-store\r\nDesk-Every: {OFTEN}\r\n"
).encode()

#: What the middleware that is left out here would say; the answer of each second has no body.
LOCKS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_signer = TimestampSigner(salt="servicedesk.operations.live")


class LiveEndpoint:
    """The first middleware: answers PATH itself, and gives agents their badge on any page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH:
            request.get_host()  # a name that is not ours is a bad request, as everywhere
            response = answer(request)
            for name, value in LOCKS.items():
                response.headers[name] = value
            return response
        response = self.get_response(request)
        _hand_out(request, response)
        return response


def answer(request: HttpRequest) -> HttpResponse:
    """204 when the page has seen it all (`?seen=` the last tag), else what is shown, as JSON.

    403 to sessions that are none of the desk's, 503 when the database is needed and away.
    """
    if request.method != "GET":
        return HttpResponse(status=405)
    reader = _reader(request)
    if not reader:
        return HttpResponse(status=403)
    try:
        picture, cheap = live.look(_picture)
    except Error:
        return _every(SELDOM, HttpResponse(status=503))
    if reader not in picture.readers:
        return HttpResponse(status=403)
    if request.GET.get("seen") == picture.tag:
        response = HttpResponse(status=204)
    else:
        response = JsonResponse({"tag": picture.tag, **picture.shown})
    return _every(OFTEN if cheap else SELDOM, response)


def at_once(head: bytes) -> bytes | None:
    """The lines of the answer to a request that is known by heart: nothing is new for its page.

    `head` is the request as it came. None for everything else: then `answer` has to think.
    """
    asked = ASKS.match(head)
    picture = live.remembered() if asked else None
    if asked is None or picture is None or asked["seen"].decode() != picture.tag:
        return None
    badge = SHOWN_BADGE.search(head)
    if badge is None or _signed(badge[1].decode(), within=LIFETIME) not in picture.readers:
        return None
    return NOTHING_NEW


def _picture() -> tuple[dict[str, Any], Iterable[str]]:
    """Three queries."""
    now = timezone.now()
    shown = {"log": news.newest(), "alarms": alarms_on_pages(now)}
    keys = keys_at_desk(seen_since=now - dt.timedelta(seconds=LIFETIME))
    return shown, [name_of(key) for key in keys]


def name_of(session_key: str) -> str:
    """How badges and the picture call a session, so that neither holds its key."""
    return hashlib.blake2b(session_key.encode(), digest_size=12).hexdigest()


def badge_of(session_key: str) -> str:
    """What the browser with this session shows at the endpoint."""
    return _signer.sign(name_of(session_key))


def _every(milliseconds: int, response: HttpResponse) -> HttpResponse:
    response.headers["Desk-Every"] = str(milliseconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def _reader(request: HttpRequest) -> str:
    """Whose badge this is; '' without one, or with one that is old or not of our making."""
    return _read(request, within=LIFETIME)


def _read(request: HttpRequest, *, within: int) -> str:
    try:
        return _signed(request.COOKIES.get(BADGE, ""), within=within)
    except ValueError:  # cookies that no browser sends
        return ""


def _signed(badge: str, *, within: int) -> str:
    try:
        return _signer.unsign(badge, max_age=within)
    except BadSignature:
        return ""


def _hand_out(request: HttpRequest, response: HttpResponse) -> None:
    """A badge to each agent who signed in, with all steps, and nobody keeps one who did not.

    On pages that look up no session (`has_session`) browsers keep what they have.
    """
    user = getattr(request, "user", None)
    if user is None or getattr(request, "has_session", False):
        return
    key = request.session.session_key
    if key and user.is_authenticated and user.is_agent and second_step.is_settled(request):
        if _read(request, within=LIFETIME // 2) != name_of(key):
            response.set_cookie(
                BADGE,
                badge_of(key),
                max_age=LIFETIME,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Strict",
            )
    elif BADGE in request.COOKIES:
        response.delete_cookie(BADGE, samesite="Strict")
