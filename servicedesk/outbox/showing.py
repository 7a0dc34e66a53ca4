"""A mail as its reader sees it, on a page of the desk."""

from __future__ import annotations

import base64
import re
from html import unescape

from django.core.files.storage import default_storage

from servicedesk.outbox.models import OutgoingEmail

_source = re.compile(r'src="cid:([^"]{1,500})"')


def as_seen(email: OutgoingEmail) -> str:
    """Its HTML, with the pictures that go along in it: the frame it is shown in fetches nothing.

    A picture whose file is gone stays out.
    """
    pictures = {file["cid"]: file for file in email.files if file.get("cid")}

    def place(found: re.Match[str]) -> str:
        picture = pictures.get(unescape(found[1]))
        return f'src="{_address(picture)}"' if picture else 'src=""'

    return _source.sub(place, email.without_secret(email.body_html))


def _address(picture: dict[str, str]) -> str:
    try:
        with default_storage.open(picture["path"]) as file:
            content = base64.b64encode(file.read()).decode("ascii")
    except OSError:
        return ""
    return f"data:{picture['content_type']};base64,{content}"
