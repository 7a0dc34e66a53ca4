"""Every door of the house."""

from django.contrib import admin
from django.urls import include, path

from servicedesk import views

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("", include("tickets.urls")),
    path("articles/", include("knowledgebase.urls")),
    path("reports/", include("sla.urls")),
    path("", include("servicedesk.accounts.urls")),
    path("", include("servicedesk.outbox.urls")),
    path("", include("servicedesk.audit.urls")),
    path("", include("servicedesk.operations.urls")),
    path("accounts/", include("servicedesk.accounts.sign_in_urls")),
    path("admin/", admin.site.urls),
]
