from django.urls import path

from servicedesk.operations import health

app_name = "operations"
urlpatterns = [path("healthz", health.healthz, name="healthz")]
