"""Every door of the house."""

from django.contrib import admin
from django.urls import include, path

from servicedesk import browser_reports, error_pages, person_views, views

handler400 = error_pages.bad_request
handler500 = error_pages.server_error

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("people/<int:pk>/access/", person_views.person_access, name="person-access"),
    path("people/<int:pk>/leave/", person_views.person_leave, name="person-leave"),
    path(
        "people/<int:pk>/second-step/reset/",
        person_views.person_second_step_reset,
        name="person-second-step-reset",
    ),
    path("people/<int:pk>/return/", person_views.person_return, name="person-return"),
    path("", include("tickets.urls")),
    path("articles/", include("knowledgebase.urls")),
    path("reports/", include("sla.urls")),
    path("", include("sla.availability.urls")),
    path("", include("sla.alarms.urls")),
    path("", include("sla.contracts.urls")),
    path("promises/", include("sla.setting_urls")),
    path("", include("servicedesk.accounts.urls")),
    path("", include("servicedesk.outbox.urls")),
    path("", include("servicedesk.audit.urls")),
    path("", include("servicedesk.operations.urls")),
    path("accounts/", include("servicedesk.accounts.sign_in_urls")),
    path("admin/", admin.site.urls),
    path("csp-report/", browser_reports.csp_report, name="csp-report"),
]
