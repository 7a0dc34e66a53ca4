from django.urls import path

from sla.views import months, overrides, reports

app_name = "sla"
urlpatterns = [
    path("", reports.report_dashboard, name="report-dashboard"),
    path("overrides/", overrides.override_list, name="override-list"),
    path("policy/<int:number>/", overrides.policy_override, name="policy-override"),
    path("tickets/", reports.report_tickets, name="report-tickets"),
    path("figures.csv", reports.report_csv, name="report-csv"),
    path("months/", months.month_list, name="month-list"),
    path("months/<str:month>/", months.month_detail, name="month-detail"),
]
