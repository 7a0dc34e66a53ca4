"""What this room adds to the audit trail."""

from django.utils.translation import gettext_lazy as _

from servicedesk.audit import vocabulary
from servicedesk.audit.vocabulary import Action, Group


def register() -> None:
    """Called once, when the apps are ready."""
    vocabulary.register(
        {
            "file_refused": Action(
                _("A file with a virus was refused"), Group.DATA, frozenset({"finding"})
            ),
            "person_erased": Action(_("Erased a person"), Group.DATA, frozenset({"tickets"})),
        },
        words={"finding": _("finding"), "report": _("report"), "person": _("of one person")},
    )
