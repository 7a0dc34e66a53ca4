"""Mail to people about their own account, through the outbox, in their own language."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import get_random_string

from servicedesk.accounts.models import User
from servicedesk.outbox.writing import Letter, post


def queue_mail(
    user: User,
    template: str,
    *,
    path: str,
    thread: str = "",
    is_secret: bool = False,
    **more: object,
) -> None:
    """Puts the mail `template` to `user` into the outbox; `path` is where its link leads.

    `is_secret`: that link opens something by itself, so copies of the mail do not show it.
    `more` is what this template says besides; `thread` is that of the person unless given.

    The link starts with the address of the desk in the settings, whatever host was asked for.
    """
    context = {
        "user": user,
        "url": f"{settings.DESK_BASE_URL}{path}",
        "desk_url": settings.DESK_BASE_URL,
        "desk_address": settings.DESK_ADDRESSES[0],
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        "days": settings.INVITATION_TIMEOUT.days,
        **more,
    }
    with translation.override(user.language):
        name = f"account/email/{template}"
        post(
            Letter(
                key=f"account.{user.pk}.{get_random_string(22)}",
                thread=thread or f"account:{user.pk}",
                subject=render_to_string(f"{name}_subject.txt", context),
                to=[user.email],
                body_text=render_to_string(f"{name}.txt", context).strip() + "\n",
                body_html=render_to_string(f"{name}.html", context),
                headers={"Auto-Submitted": "auto-generated"},
                secret=context["url"] if is_secret else "",
            )
        )
