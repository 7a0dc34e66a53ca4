"""The endpoint that every open page of the desk asks each second: is there anything new?

It stands ahead of session, sign-in and all other middleware, knows people by a signed badge, and
answers from Redis without a query to the database. `servicedesk.lib.live` says how.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from servicedesk.accounts.models import User
from servicedesk.lib import live
from sla.alarms.picture import alarms_on_pages
from tickets import news

PATH = "/live/"
BADGE = "__Host-live" if settings.HTTPS else "live"
#: Seconds a badge is good for. It only says who asks: whether that person still works at the
#: desk stands in the picture, so a person who leaves is out within seconds.
LIFETIME = min(12, settings.DESK_SESSION_IDLE_HOURS) * 3600
#: Milliseconds after which to ask again; when that costs queries.
OFTEN, SELDOM = 1000, 4000

_signer = TimestampSigner(salt="servicedesk.operations.live")


class LiveEndpoint:
    """The first middleware: answers PATH itself, and gives agents their badge on any page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == PATH:
            return answer(request)
        response = self.get_response(request)
        _hand_out(request, response)
        return response


def answer(request: HttpRequest) -> HttpResponse:
    """204 when the page has seen it all (`?seen=` the last tag), else what is shown, as JSON.

    403 to who does not work at the desk, 503 when the database is needed and away.
    """
    if request.method != "GET":
        return HttpResponse(status=405)
    reader = _reader(request)
    if reader is None:
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


def _picture() -> tuple[dict[str, Any], Iterable[int]]:
    """Three queries."""
    agents = User.objects.agents().order_by("pk").values_list("pk", flat=True)
    shown = {"log": news.newest(), "alarms": alarms_on_pages(timezone.now())}
    return shown, list(agents)


def _every(milliseconds: int, response: HttpResponse) -> HttpResponse:
    response.headers["Desk-Every"] = str(milliseconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def _reader(request: HttpRequest) -> int | None:
    """Whose badge this is; None without one, or with one that is old or not of our making."""
    try:
        return int(_signer.unsign(request.COOKIES.get(BADGE, ""), max_age=LIFETIME))
    except (BadSignature, ValueError):
        return None


def _hand_out(request: HttpRequest, response: HttpResponse) -> None:
    """A badge to each agent who signed in, and nobody keeps one who did not."""
    user = getattr(request, "user", None)
    if user is None:
        return
    if user.is_authenticated and user.is_agent:
        if _reader(request) != user.pk or _is_half_over(request):
            response.set_cookie(
                BADGE,
                _signer.sign(str(user.pk)),
                max_age=LIFETIME,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Strict",
            )
    elif BADGE in request.COOKIES:
        response.delete_cookie(BADGE, samesite="Strict")


def _is_half_over(request: HttpRequest) -> bool:
    try:
        _signer.unsign(request.COOKIES[BADGE], max_age=LIFETIME // 2)
    except BadSignature:
        return True
    return False
