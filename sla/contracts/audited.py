"""The acts of contracts that the audit trail tells of."""

from django.utils.translation import gettext_lazy as _

from servicedesk.audit.vocabulary import Action, Group, register

register(
    {
        "contract_agreed": Action(
            _("Entered a contract"), Group.CONFIGURATION, frozenset({"supplier"})
        ),
        "contract_changed": Action(
            _("Changed a contract"), Group.CONFIGURATION, frozenset({"fields", "month"})
        ),
        "contract_document_added": Action(
            _("Added a document to a contract"), Group.CONFIGURATION, frozenset({"document"})
        ),
        "contract_document_removed": Action(
            _("Removed a document from a contract"), Group.CONFIGURATION, frozenset({"document"})
        ),
        "contract_document_read": Action(
            _("Downloaded a document of a contract"), Group.DATA, frozenset({"document"})
        ),
        "month_reviewed": Action(
            _("Reviewed a month of a supplier"), Group.CONFIGURATION, frozenset({"month", "to"})
        ),
        "month_reviewed_again": Action(
            _("Reviewed a month of a supplier again"),
            Group.CONFIGURATION,
            frozenset({"month", "from", "to"}),
        ),
        "compensation_moved": Action(
            _("Changed the state of a compensation"), Group.CONFIGURATION, frozenset({"from", "to"})
        ),
    },
    {
        "supplier": _("supplier"),
        "month": _("month"),
        "document": _("document"),
        "proposed": _("proposed"),
        "sent": _("sent"),
        "accepted": _("accepted"),
        "compensations": _("compensations"),
    },
)
