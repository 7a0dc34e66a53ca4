"""Language and theme of the reader, on every page."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from servicedesk.accounts.models import User

THEME_COOKIE = "theme"


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
        cookie = request.COOKIES.get(THEME_COOKIE, "")
        return cookie if cookie in User.Theme else User.Theme.AUTO
