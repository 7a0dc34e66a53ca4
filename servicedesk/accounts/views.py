"""One's own profile, language and theme. Signing in and passwords are allauth's views."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from servicedesk.accounts.forms import ProfileForm
from servicedesk.accounts.models import User
from servicedesk.accounts.permissions import may_invite
from servicedesk.lib.http import where_next

A_YEAR = 365 * 24 * 3600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, phone, language and theme of the reader."""
    # A row of its own: a form that is refused must not show on the rest of the page.
    person = User.objects.select_related("organisation").get(pk=cast(int, request.user.pk))
    form = ProfileForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        # Not the whole row: rights that somebody took away meanwhile must not come back with it.
        form.save(commit=False).save(update_fields=list(form.fields))
        with translation.override(person.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "person": person,
        "teams": person.teams.all(),
        "may_invite": may_invite(person),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in the profile, or in a cookie for who is not signed in."""
    response = redirect(where_next(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        _keep(request, response, field="language", value=language)
    return response


@require_POST
def theme_set(request: HttpRequest) -> HttpResponse:
    """Keeps light, dark or "as my device" in the profile, or in a cookie."""
    response = redirect(where_next(request))
    theme = request.POST.get("theme", "")
    if theme in User.Theme:
        _keep(request, response, field="theme", value=theme)
    return response


COOKIES = {
    "language": settings.LANGUAGE_COOKIE_NAME,
    "theme": settings.DESK_THEME_COOKIE_NAME,
}


def _keep(request: HttpRequest, response: HttpResponse, *, field: str, value: str) -> None:
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**{field: value})
    # Also for who is signed in: the sign-in page that follows is in the same language and theme.
    response.set_cookie(
        COOKIES[field],
        value,
        max_age=A_YEAR,
        secure=settings.HTTPS,
        samesite="Lax",
        httponly=True,
    )
