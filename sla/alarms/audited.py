"""The acts around alarms that the audit trail tells of."""

from django.utils.translation import gettext_lazy as _

from servicedesk.audit.vocabulary import Action, Group, register

DAYS = frozenset({"first_day", "last_day", "place"})

register(
    {
        "shift_planned": Action(_("Put somebody on the roster"), Group.CONFIGURATION, DAYS),
        "shift_withdrawn": Action(_("Took somebody off the roster"), Group.CONFIGURATION, DAYS),
        "on_call_day_set": Action(
            _("Changed the on-call hours of a day"),
            Group.CONFIGURATION,
            frozenset({"day", "hours"}),
        ),
        "channel_added": Action(
            _("Added a channel for alarms"), Group.CONFIGURATION, frozenset({"scheme"})
        ),
        "channel_deleted": Action(
            _("Took a channel for alarms away"), Group.CONFIGURATION, frozenset({"scheme"})
        ),
    },
    {
        "first_day": _("from"),
        "last_day": _("up to and including"),
        "place": _("place"),
        "scheme": _("kind"),
        "day": _("day"),
        "hours": _("hours"),
    },
)
