from django.urls import path

from sla.views import reports

app_name = "sla"
urlpatterns = [
    path("", reports.report_dashboard, name="report-dashboard"),
    path("tickets/", reports.report_tickets, name="report-tickets"),
    path("figures.csv", reports.report_csv, name="report-csv"),
]
