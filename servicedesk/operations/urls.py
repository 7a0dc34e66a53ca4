from django.urls import path

from servicedesk.operations import health, metrics, views

app_name = "operations"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("system/", views.system, name="system"),
    path("system/resume/", views.sending_resume, name="sending-resume"),
]
