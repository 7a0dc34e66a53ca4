import datetime as dt

from django.urls import path, register_converter

from sla.alarms.views import alarms, days, roster, site_down


class DayConverter:
    """A day of the calendar as 2026-12-25."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> dt.date:
        return dt.date.fromisoformat(value)

    def to_url(self, value: dt.date | str) -> str:
        return str(value)


register_converter(DayConverter, "day")

app_name = "alarms"
urlpatterns = [
    path("site-down/", site_down.site_down, name="site-down"),
    path("tickets/<int:number>/site-down/", site_down.ticket_site_down, name="ticket-site-down"),
    path("alarms/", alarms.alarm_list, name="alarm-list"),
    path("alarms/banner/", alarms.alarm_banner, name="alarm-banner"),
    path("alarms/<int:pk>/take/", alarms.alarm_take, name="alarm-take"),
    path("alarms/<int:pk>/ring/", alarms.alarm_ring, name="alarm-ring"),
    path("alarms/link/<str:token>/", alarms.alarm_link, name="alarm-link"),
    path("on-call/", roster.roster, name="roster"),
    path("on-call/days/<day:day>/", days.day_edit, name="day-edit"),
    path("on-call/plan/", roster.plan_edit, name="plan-edit"),
    path("on-call/shifts/<int:pk>/withdraw/", roster.shift_withdraw, name="shift-withdraw"),
    path("on-call/channels/", roster.channel_list, name="channel-list"),
    path("on-call/channels/<int:pk>/test/", roster.channel_test, name="channel-test"),
    path("on-call/channels/<int:pk>/delete/", roster.channel_delete, name="channel-delete"),
    path("on-call/feed/renew/", roster.feed_renew, name="feed-renew"),
    path("on-call/feed/<str:token>.ics", roster.roster_feed, name="roster-feed"),
]
