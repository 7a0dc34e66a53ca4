from django.urls import path

from servicedesk.accounts import session_views, views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/language/", views.language_set, name="language-set"),
    path("profile/theme/", views.theme_set, name="theme-set"),
    path("profile/sessions/", session_views.session_list, name="session-list"),
    path("profile/sessions/end-others/", session_views.end_others, name="session-end-others"),
    path("profile/sessions/<int:pk>/end/", session_views.end, name="session-end"),
]
