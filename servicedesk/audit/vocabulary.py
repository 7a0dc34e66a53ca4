"""The words of the audit trail: every action, what it is called and which data it carries.

A room above adds its own actions with `register`, in `apps.ready()`.

group          for
-------------  ---------------------------------------------------------------------------
signing_in     coming in and going out, passwords, second steps
people         accounts, roles, teams, invitations, imports
configuration  whatever an administrator changed about the desk
data           what left the desk or was taken out of it: exports, downloads, deletions
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    SIGNING_IN = "signing_in", _("Signing in")
    PEOPLE = "people", _("People")
    CONFIGURATION = "configuration", _("Configuration")
    DATA = "data", _("Data")


@dataclass(frozen=True)
class Action:
    """How an action is shown, and the names of the data that it must be recorded with."""

    label: str | Promise
    group: Group
    keys: frozenset[str] = field(default_factory=frozenset)


def _actions(group: Group, **entries: tuple[str | Promise, str]) -> dict[str, Action]:
    return {
        name: Action(label, group, frozenset(keys.split()))
        for name, (label, keys) in entries.items()
    }


ACTIONS: dict[str, Action] = {
    **_actions(
        Group.SIGNING_IN,
        signed_in=(_("Signed in"), "method network"),
        sign_in_failed=(_("Failed to sign in"), "network"),
        sign_in_throttled=(_("Was made to wait after too many attempts"), "network"),
        signed_out=(_("Signed out"), ""),
        session_ended=(_("Ended a session"), ""),
        sessions_ended=(_("Ended all other sessions"), ""),
        password_changed=(_("Changed the password"), ""),
        password_link_asked=(_("Asked for a link to choose a password"), "network"),
        second_step_added=(_("Added a second step to sign in"), "kind"),
        second_step_removed=(_("Removed a second step to sign in"), "kind"),
        second_step_reset=(_("Took away the second step to sign in"), ""),
        recovery_codes_made=(_("Made new recovery codes"), ""),
        identity_linked=(_("Linked an account of an organisation"), "provider"),
    ),
    **_actions(
        Group.PEOPLE,
        person_created=(_("Created a person"), "way role"),
        person_changed=(_("Changed a person"), "fields"),
        person_placed=(_("Placed a person with an organisation"), "organisation"),
        role_changed=(_("Changed a role"), "from to"),
        right_changed=(_("Changed what somebody may see or do"), "right from to"),
        teams_changed=(_("Changed teams"), "from to"),
        person_deactivated=(_("Switched a person off"), "tickets"),
        person_activated=(_("Switched a person on again"), ""),
        invitation_sent=(_("Sent an invitation"), "organisation"),
        invitation_resent=(_("Sent an invitation again"), "organisation"),
        invitation_revoked=(_("Revoked an invitation"), "organisation"),
        invitation_accepted=(_("Accepted an invitation"), "organisation"),
        import_applied=(_("Imported people or organisations"), "kind created changed refused"),
    ),
    **_actions(
        Group.CONFIGURATION,
        configuration_added=(_("Added to the configuration"), ""),
        configuration_changed=(_("Changed the configuration"), "fields"),
        configuration_deleted=(_("Deleted from the configuration"), ""),
    ),
    **_actions(
        Group.DATA,
        exported=(_("Exported data"), "what rows"),
        personal_data_downloaded=(_("Downloaded personal data"), "what"),
        deleted=(_("Deleted"), "what rows"),
        desk_restored=(_("Restored the desk from a backup"), ""),
    ),
}


#: What the names of data, and values that are codes, are called on the page.
WORDS: dict[str, str | Promise] = {
    "method": _("by way of"),
    "network": _("from network"),
    "kind": _("kind"),
    "provider": _("provider"),
    "way": _("by way of"),
    "role": _("role"),
    "fields": _("changed"),
    "from": _("from"),
    "to": _("to"),
    "right": _("right"),
    "tickets": _("tickets"),
    "organisation": _("organisation"),
    "created": _("new"),
    "changed": _("changed"),
    "refused": _("refused"),
    "what": _("what"),
    "rows": _("rows"),
    "password": _("password"),
    "invitation": _("invitation"),
    "import": _("import"),
    "first_mail": _("a first mail"),
    "desk": _("the desk"),
    "administration": _("administration"),
    "requester": _("requester"),
    "agent": _("agent"),
    "manager": _("manager"),
    "administrator": _("administrator"),
    "people": _("people"),
    "organisations": _("organisations"),
    "audit": _("audit trail"),
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery codes"),
    "own": _("own tickets"),
}


def register(
    actions: Mapping[str, Action], words: Mapping[str, str | Promise] | None = None
) -> None:
    """Adds the actions of another room, and what its data and codes are called."""
    ACTIONS.update(actions)
    WORDS.update(words or {})


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every action by group, for a select."""
    return [
        (
            str(group.label),
            [
                (name, str(action.label))
                for name, action in ACTIONS.items()
                if action.group == group
            ],
        )
        for group in Group
    ]
