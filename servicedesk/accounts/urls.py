from django.urls import path

from servicedesk.accounts import views

app_name = "accounts"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/language/", views.language_set, name="language-set"),
    path("profile/theme/", views.theme_set, name="theme-set"),
]
