"""Adding files to a form that writes in a draft: `{% load uploads %}`.

The form needs enctype="multipart/form-data", csrf_token, and the page js/upload.js.
`{% upload_zone draft %}` is the whole field. Where a button must do, `{% upload_button draft %}`
stands in the footer and `{% upload_list draft %}` anywhere else in the same form.
"""

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context

from tickets.actions.drafting import files_of
from tickets.models import Draft

register = template.Library()

MEGABYTE = 1024 * 1024


@register.inclusion_tag("tickets/_upload_zone.html", takes_context=True)
def upload_zone(context: Context, draft: Draft, faults: tuple[str, ...] = ()) -> dict[str, Any]:
    """Drop zone, picker and the files that wait on the draft. One query for a stored draft."""
    return _field(context, draft) | {"files": files_of(draft), "faults": faults}


@register.inclusion_tag("tickets/_upload_button.html", takes_context=True)
def upload_button(context: Context, draft: Draft) -> dict[str, Any]:
    """The picker as one small button."""
    return _field(context, draft)


@register.inclusion_tag("tickets/_upload_list.html")
def upload_list(draft: Draft, faults: tuple[str, ...] = ()) -> dict[str, Any]:
    """The files that wait on the draft, each with a button to take it off. One query."""
    return {"draft": draft, "files": files_of(draft), "faults": faults}


def _field(context: Context, draft: Draft) -> dict[str, Any]:
    request = context["request"]
    return {
        "draft": draft,
        "back": request.get_full_path() if request.method == "GET" else request.path,
        "most_bytes": settings.DESK_ATTACHMENT_MAX_BYTES,
        "most_megabytes": settings.DESK_ATTACHMENT_MAX_BYTES // MEGABYTE,
    }
