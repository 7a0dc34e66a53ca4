from django.urls import path

from servicedesk.outbox import views

app_name = "outbox"
urlpatterns = [
    path("outbox/", views.email_list, name="email-list"),
    path("outbox/<int:pk>/", views.email_detail, name="email-detail"),
    path("outbox/<int:pk>/as-sent/", views.email_as_sent, name="email-as-sent"),
    path("outbox/<int:pk>/retry/", views.email_retry, name="email-retry"),
    path("notifications/", views.notification_list, name="notification-list"),
    path("notifications/read/", views.notification_read_all, name="notification-read-all"),
    path("notifications/<int:pk>/open/", views.notification_open, name="notification-open"),
]
