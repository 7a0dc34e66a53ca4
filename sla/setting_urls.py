"""Calendars, policies and recomputes: the administration of what is promised."""

from django.urls import path

from sla.views import calendars, policies, recomputes

app_name = "promises"
urlpatterns = [
    path("", policies.policy_list, name="policy-list"),
    path("new/", policies.policy_create, name="policy-create"),
    path("<int:pk>/", policies.policy_edit, name="policy-edit"),
    path("<int:pk>/move/", policies.policy_move, name="policy-move"),
    path("versions/<int:pk>/withdraw/", policies.policy_withdraw, name="policy-withdraw"),
    path("calendars/", calendars.calendar_list, name="calendar-list"),
    path("calendars/new/", calendars.calendar_create, name="calendar-create"),
    path("calendars/<int:pk>/", calendars.calendar_edit, name="calendar-edit"),
    path(
        "calendars/versions/<int:pk>/withdraw/",
        calendars.calendar_withdraw,
        name="calendar-withdraw",
    ),
    path("recomputes/", recomputes.recompute_list, name="recompute-list"),
    path("recomputes/<int:pk>/", recomputes.recompute_detail, name="recompute-detail"),
]
