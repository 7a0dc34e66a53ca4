"""The doors of django-allauth that are open here: signing in and out, passwords, second steps.

Not all of `allauth.urls`: people neither sign up nor change their address by themselves.
"""

from allauth.account import views
from django.urls import include, path, re_path

from servicedesk.accounts import sign_on_views
from servicedesk.accounts.second_step_views import remove_passkey, to_second_steps

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    # The list of passkeys is on the page of all second steps.
    path("second-step/webauthn/", to_second_steps, name="mfa_list_webauthn"),
    path("second-step/webauthn/keys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("second-step/", include("allauth.mfa.urls")),
    path("with/<slug:provider_id>/", sign_on_views.leave, name="openid_connect_login"),
    path("with/<slug:provider_id>/back/", sign_on_views.come_back, name="openid_connect_callback"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
