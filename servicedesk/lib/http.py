"""Small questions about a request that every room asks."""

import logging
import re
from collections.abc import Callable
from typing import Any

from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import parse_header_parameters, url_has_allowed_host_and_scheme

#: RFC 2046, 5.1.1
BOUNDARY = re.compile(r"[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]", re.ASCII)

logger = logging.getLogger(__name__)


def opened_or_404(file: FieldFile) -> File:
    """The stored file, to be read. One that is gone is not found, and stands in the log."""
    try:
        return file.open("rb")
    except FileNotFoundError as gone:
        logger.error("stored file %s is gone", file.name)
        raise Http404 from gone


def where_next(request: HttpRequest, *, otherwise: str = "home") -> str:
    """Where the form's `next` says to go, if that is a page of this desk, else `otherwise`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    # A path from the root: a bare word would be taken for the name of a page.
    safe = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url(otherwise)


def content_type(said: str) -> str:
    """The kind of a body and its boundary, of what a client calls it; '' if that makes no sense.

    The desk reads UTF-8 whatever a client says: Django would decode forms and addresses by any
    codec of Python, some of which take minutes for a few kilobytes or make what nobody can store.
    """
    try:
        kind, parameters = parse_header_parameters(said)
    except (LookupError, ValueError):
        return ""
    boundary = parameters.get("boundary", "")
    return f'{kind}; boundary="{boundary}"' if BOUNDARY.fullmatch(boundary) else kind


def asked_by_itself(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a view that open pages ask without anybody doing anything: that keeps no session
    alive. Stands next to the view, so that what wraps it passes the mark on."""
    view.asked_by_itself = True  # type: ignore[attr-defined]
    return view


#: Colours of the document itself and pictures of the desk; no script, no form, no other host.
BOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; {}"


def boxed(html: str) -> HttpResponse:
    """A whole HTML document of another style, such as a mail, to be shown in a frame of ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = BOX.format("frame-ancestors 'self'")
    return response


def may_frame(response: HttpResponse) -> HttpResponse:
    """A page of ours that shows such a document: its frames may hold what the desk serves."""
    response._csp_replace = {"frame-src": ["'self'"]}  # type: ignore[attr-defined]  # django-csp's
    return response
