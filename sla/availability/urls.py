from django.urls import path

from sla.availability.views import maintenance, outages, status, targets

app_name = "availability"
urlpatterns = [
    path("status/outages/<int:pk>/", status.status_outage, name="status-outage"),
    path("outages/", outages.outage_list, name="outage-list"),
    path("outages/new/", outages.outage_create, name="outage-create"),
    path("outages/<int:pk>/", outages.outage_detail, name="outage-detail"),
    path("outages/<int:pk>/update/", outages.outage_update, name="outage-update"),
    path("outages/<int:pk>/end/", outages.outage_end, name="outage-end"),
    path("outages/<int:pk>/severity/", outages.outage_severity, name="outage-severity"),
    path("outages/<int:pk>/link/", outages.outage_link, name="outage-link"),
    path("outages/<int:pk>/unlink/<int:number>/", outages.outage_unlink, name="outage-unlink"),
    path("outages/<int:pk>/correct/", outages.outage_correct, name="outage-correct"),
    path("outages/<int:pk>/confirm/", outages.outage_confirm, name="outage-confirm"),
    path("outages/<int:pk>/join/", outages.outage_join, name="outage-join"),
    path("outages/<int:pk>/leave/", outages.outage_leave, name="outage-leave"),
    path("maintenance/", maintenance.maintenance_list, name="maintenance-list"),
    path("maintenance/new/", maintenance.maintenance_create, name="maintenance-create"),
    path("maintenance/<int:pk>/", maintenance.maintenance_edit, name="maintenance-edit"),
    path("reports/availability/<int:pk>/", targets.target_detail, name="target-detail"),
]
