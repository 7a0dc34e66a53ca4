"""The acts of sla that the audit trail tells of."""

from django.utils.translation import gettext_lazy as _

from servicedesk.audit.vocabulary import Action, Group, register

register(
    {
        "version_added": Action(
            _("Made another version of a promise"),
            Group.CONFIGURATION,
            frozenset({"version", "at"}),
        ),
        "version_withdrawn": Action(
            _("Took back a version of a promise"), Group.CONFIGURATION, frozenset({"version"})
        ),
        "promise_renamed": Action(_("Changed a policy or calendar"), Group.CONFIGURATION),
        "policy_moved": Action(_("Changed the order of the policies"), Group.CONFIGURATION),
        "recompute_applied": Action(
            _("Gave tickets other versions of their promise"),
            Group.CONFIGURATION,
            frozenset({"tickets"}),
        ),
        "month_restated": Action(
            _("Restated published figures"), Group.CONFIGURATION, frozenset({"figures"})
        ),
    },
    {"version": _("version"), "at": _("valid from"), "figures": _("figures")},
)
