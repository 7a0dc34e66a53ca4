from django.urls import path

from servicedesk.accounts import import_views, invitation_views, session_views, views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/language/", views.language_set, name="language-set"),
    path("profile/theme/", views.theme_set, name="theme-set"),
    path("profile/sessions/", session_views.session_list, name="session-list"),
    path("profile/sessions/end-others/", session_views.end_others, name="session-end-others"),
    path("profile/sessions/<int:pk>/end/", session_views.end, name="session-end"),
    path("invitations/", invitation_views.invitation_list, name="invitation-list"),
    path(
        "invitations/<int:pk>/resend/",
        invitation_views.invitation_resend,
        name="invitation-resend",
    ),
    path(
        "invitations/<int:pk>/revoke/",
        invitation_views.invitation_revoke,
        name="invitation-revoke",
    ),
    path("invitation/<str:token>/", invitation_views.invitation_accept, name="invitation-accept"),
    path("import/", import_views.import_start, name="import-start"),
    path("import/<int:pk>/", import_views.import_detail, name="import-detail"),
    path("import/<int:pk>/apply/", import_views.import_apply, name="import-apply"),
    path("import/<int:pk>/discard/", import_views.import_discard, name="import-discard"),
]
