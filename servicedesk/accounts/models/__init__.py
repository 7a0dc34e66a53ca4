"""People, their organisations, the teams of the desk, and where people are signed in."""

from servicedesk.accounts.models.imports import Import
from servicedesk.accounts.models.invitations import Invitation
from servicedesk.accounts.models.organisations import Branch, MailDomain, Organisation
from servicedesk.accounts.models.people import Membership, Team, User
from servicedesk.accounts.models.signing_in import SignIn

__all__ = [
    "Branch",
    "Import",
    "Invitation",
    "MailDomain",
    "Membership",
    "Organisation",
    "SignIn",
    "Team",
    "User",
]
