"""Of who is erased nothing is left of how they came in."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.test import Client

from servicedesk.accounts.forgetting import forget_sign_in
from servicedesk.accounts.inviting import Invited, send_invitation
from servicedesk.accounts.models import Invitation, SignIn
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def test_forgets_all_and_ends_what_goes_on(administrator, requester):
    send_invitation(Invited(requester.email, "Sofie Vermeer"), by=administrator)
    Authenticator.objects.create(user=requester, type="totp", data={})
    SocialAccount.objects.create(user=requester, provider="entra", uid="17")
    browser = Client()
    browser.post(LOGIN, {"login": requester.email, "password": PASSWORD})
    Client().post(LOGIN, {"login": requester.email, "password": "geraden"})

    forget_sign_in(requester)

    for model in (Authenticator, SocialAccount, AccessAttempt, SignIn):
        assert not model.objects.exists()
    assert browser.get("/profile/").status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.name) == ("erased@desk.invalid", "")
    assert invitation.state == Invitation.State.REVOKED
