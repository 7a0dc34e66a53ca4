"""On every page: language and theme of the reader, "seen last", and the second step."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from servicedesk.accounts import second_step, sessions
from servicedesk.accounts.models import User


class ReaderPreferences:
    """Shows pages as the profile says; to who is not signed in, as their cookies say.

    Dutch comes first whatever the browser asks for: the desk serves Dutch-speaking
    organisations, and many of their machines have an English Windows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self.language_of(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        request.theme = self.theme_of(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    def language_of(self, request: HttpRequest) -> str:
        if request.user.is_authenticated:
            return request.user.language
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        return cookie if cookie in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE

    def theme_of(self, request: HttpRequest) -> str:
        if request.user.is_authenticated:
            return request.user.theme
        cookie = request.COOKIES.get(settings.DESK_THEME_COOKIE_NAME, "")
        return cookie if cookie in User.Theme else User.Theme.AUTO


class SeenNow:
    """Ends a session in which nothing was done for long, and keeps when each was seen last, to
    the nearest ten minutes. What pages ask by themselves is seen, but nothing is done by it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and sessions.is_over(request, timezone.now()):
            sessions.let_end(request)
            messages.info(request, _("You were signed out after a long time. Sign in again."))
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> None:
        if request.user.is_authenticated and not getattr(view, "asked_by_itself", False):
            sessions.seen(request, timezone.now())


class SecondStepRequired:
    """Sends who must have a second step, and came in without one, to the page to set one up.

    Open to them: that page and what it needs, their language and theme, and the way out.
    """

    OPEN = ("account_", "mfa_")
    OPEN_PAGES = frozenset({"accounts:language-set", "accounts:theme-set", "operations:healthz"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or second_step.is_settled(request):
            return None
        page = request.resolver_match.view_name if request.resolver_match else ""
        if page.startswith(self.OPEN) or page in self.OPEN_PAGES:
            return None
        return self._to_set_up(request)

    def _to_set_up(self, request: HttpRequest) -> HttpResponse:
        back = request.get_full_path() if request.method == "GET" else reverse("home")
        if "HX-Request" in request.headers:  # a fragment must not be filled with that page
            return HttpResponse(status=204, headers={"HX-Redirect": reverse("mfa_index")})
        return redirect_to_login(back, reverse("mfa_index"), "next")
