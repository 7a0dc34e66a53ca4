"""Browsers tell here what the content security policy stopped: a fault of ours, or an attack."""

import json
import logging
import time
from collections import deque
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

logger = logging.getLogger(__name__)

LONGEST = 16_384
MOST_A_MINUTE = 30
_written: deque[float] = deque(maxlen=MOST_A_MINUTE)


@csrf_exempt  # browsers send these by themselves, so without a token; nothing is changed
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """One line in the log: what was stopped, on which page. 400 for what is no report."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
            return HttpResponseBadRequest()
        report = json.loads(request.body)["csp-report"]
        directive = str(report.get("effective-directive") or report.get("violated-directive", ""))
        blocked, page = str(report.get("blocked-uri", "")), str(report.get("document-uri", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return HttpResponseBadRequest()
    if _may_write():
        logger.warning(
            "content security policy",
            extra={"directive": directive[:40], "blocked": _origin(blocked), "route": _route(page)},
        )
    return HttpResponse(status=204)


def _may_write() -> bool:
    """So that nobody can fill the disk by reporting."""
    now = time.monotonic()
    if len(_written) == MOST_A_MINUTE and now - _written[0] < 60:
        return False
    _written.append(now)
    return True


def _origin(address: str) -> str:
    """Where it was to come from, without what the address may tell about people."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.netloc}"[:100] if parts.netloc else address[:20]


def _route(page: str) -> str:
    try:
        return resolve(urlsplit(page).path).view_name
    except (Resolver404, ValueError):
        return ""
