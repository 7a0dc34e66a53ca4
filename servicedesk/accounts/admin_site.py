"""The administration of the desk: Django's admin behind our own door."""

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.db.models.base import ModelBase
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.permissions import may_administer

#: Rooms of Django and allauth that play no part here: roles decide, not groups.
NOT_OURS = {"auth", "account", "mfa", "socialaccount", "axes"}
ORDER = ["accounts", "catalogue", "tickets", "knowledgebase", "sla", "outbox"]


class Administration(AdminSite):
    """Open to administrators; anybody else who is signed in finds nothing here."""

    site_header = site_title = _("Administration")
    index_title = _("What the desk works with")
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """As Django's, without the models of rooms that play no part here."""
        one = isinstance(model_or_iterable, ModelBase)
        models = [model_or_iterable] if one else model_or_iterable
        ours = [model for model in models if model._meta.app_label not in NOT_OURS]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request.user)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """`view` for administrators; strangers get 404, who is not signed in the sign-in page."""
        guarded = super().admin_view(view, cacheable)

        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not self.has_permission(request):
                raise Http404
            return guarded(request, *args, **kwargs)

        return update_wrapper(door, guarded)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one sign-in page in the house, and it is not here."""
        return self.admin_view(self.index)(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list:
        """The rooms in the order of the house; within a room, as their models were registered."""
        places = {model: place for place, model in enumerate(self._registry)}
        rooms = list(self._build_app_dict(request, app_label).values())
        for room in rooms:
            room["models"].sort(key=lambda entry: places[entry["model"]])
        return sorted(
            rooms,
            key=lambda room: (
                ORDER.index(room["app_label"]) if room["app_label"] in ORDER else len(ORDER)
            ),
        )
