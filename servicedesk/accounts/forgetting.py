"""How somebody came in, forgotten: sessions, second steps, linked accounts, tries, invitations."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.db import transaction
from django.utils import timezone

from servicedesk.accounts.addresses import HOUSE_OF_NOBODY
from servicedesk.accounts.models import Invitation, User
from servicedesk.accounts.sessions import end_everything

NOBODY = f"erased@{HOUSE_OF_NOBODY}"


@transaction.atomic
def forget_sign_in(person: User) -> None:
    """Ends everything and keeps nothing of it; that there was an invitation stays, without whom."""
    end_everything(person)
    Authenticator.objects.filter(user_id=person.pk).delete()
    SocialAccount.objects.filter(user_id=person.pk).delete()
    AccessAttempt.objects.filter(username=person.email).delete()
    theirs = Invitation.objects.filter(email=person.email)
    theirs.open().update(revoked_at=timezone.now())
    theirs.update(email=NOBODY, name="")
