"""What every template may use without a view handing it over."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """`desk`: address and office hours of the desk; `layout`: the roof of this reader."""
    works_here = getattr(getattr(request, "user", None), "is_agent", False)
    return {
        "desk": {
            "address": settings.DESK_ADDRESSES[0],
            "office_hours": settings.DESK_OFFICE_HOURS,
            "demo": settings.DESK_DEMO,
        },
        "layout": "desk.html" if works_here else "portal.html",
    }
