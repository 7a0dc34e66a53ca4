from django.urls import path

from servicedesk.operations import health, views

app_name = "operations"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("system/", views.system, name="system"),
    path("system/resume/", views.sending_resume, name="sending-resume"),
]
