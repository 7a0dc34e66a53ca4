"""What this room adds to the audit trail."""

from django.utils.translation import gettext_lazy as _

from servicedesk.accounts.models import Organisation
from servicedesk.audit import vocabulary
from servicedesk.audit.vocabulary import Action, Group

RULE_OF_RETENTION = frozenset({"kind", "category", "months"})


def register() -> None:
    """Called once, when the apps are ready."""
    vocabulary.register(
        {
            "file_refused": Action(
                _("A file with a virus was refused"), Group.DATA, frozenset({"finding"})
            ),
            "mail_retried": Action(_("Had a mail processed again"), Group.DATA),
            "mail_discarded": Action(_("Discarded a mail"), Group.DATA),
            "mail_made_ticket": Action(
                _("Made a ticket of a mail"), Group.DATA, frozenset({"ticket"})
            ),
            "person_erased": Action(_("Erased a person"), Group.DATA, frozenset({"tickets"})),
            "retention_applied": Action(
                _("Anonymised tickets that were kept long enough"),
                Group.DATA,
                frozenset({"tickets"}),
            ),
            "retention_rule_set": Action(
                _("Set a rule of retention"), Group.CONFIGURATION, RULE_OF_RETENTION
            ),
            "retention_rule_removed": Action(
                _("Removed a rule of retention"), Group.CONFIGURATION, RULE_OF_RETENTION
            ),
        },
        words={
            "ticket": _("ticket"),
            "finding": _("finding"),
            "report": _("report"),
            "person": _("of one person"),
            "category": _("category"),
            "months": _("months"),
            **dict(Organisation.Kind.choices),
        },
    )
