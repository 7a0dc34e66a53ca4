"""Who comes in, and how: passwords, sessions, second steps, sign-in services, throttling."""

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

from servicedesk.accounts.providers import read_providers
from servicedesk.settings.environment import env
from servicedesk.settings.place import DESK_DEMO

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "servicedesk.accounts.house_words.HouseWordsValidator"},
]
#: Of the house, besides the name of the organisation and the address of the desk.
DESK_PASSWORD_WORDS = env.list(
    "DESK_PASSWORD_WORDS",
    default=["servicedesk", "helpdesk", "bibliotheek", "bibliotheken", "library", "cultuurhuis",
             "cultuurcentrum", "wachtwoord", "welkom", "password", "welcome"],
)  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "servicedesk.accounts.adapter.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "servicedesk.accounts.forms.SignInForm",
    "reset_password": "servicedesk.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "servicedesk.accounts.forms.ChoosePasswordForm",
    "change_password": "servicedesk.accounts.forms.ChangePasswordForm",
    "set_password": "servicedesk.accounts.forms.FirstPasswordForm",
    "reauthenticate": "servicedesk.accounts.forms.PasswordAgainForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "servicedesk.accounts.links.PasswordLinkTokens"  # noqa: S105 (names a class)
PASSWORD_RESET_TIMEOUT = 24 * 3600
INVITATION_TIMEOUT = timedelta(days=7)
#: The middle two by `ForgottenPasswordForm`: who goes on asking for one address from one place is
#: refused. From elsewhere nobody is, but no more is mailed: the first five lie in the mailbox.
#: The last by `SubscribeForm`: one network uses up only its part of what the status page mails.
ACCOUNT_RATE_LIMITS = {
    "reset_password": "20/10m/ip",
    "password_link_from_here": "5/15m/key",
    "password_link": "5/15m/key",
    "invite": "60/h/key",
    "invite_address": "5/h/key",
    "status_mail_from_here": "20/1h/key",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
#: After so long without doing anything, and after so long in any case, people sign in again:
#: those of the desk, and requesters (`servicedesk.accounts.session_limits`).
DESK_SESSION_IDLE_HOURS = env.int("DESK_SESSION_IDLE_HOURS", default=12)
DESK_SESSION_MAX_DAYS = env.int("DESK_SESSION_MAX_DAYS", default=14)
DESK_PORTAL_SESSION_IDLE_DAYS = env.int("DESK_PORTAL_SESSION_IDLE_DAYS", default=30)
DESK_PORTAL_SESSION_MAX_DAYS = env.int("DESK_PORTAL_SESSION_MAX_DAYS", default=90)
if (
    min(
        DESK_SESSION_IDLE_HOURS,
        DESK_SESSION_MAX_DAYS,
        DESK_PORTAL_SESSION_IDLE_DAYS,
        DESK_PORTAL_SESSION_MAX_DAYS,
    )
    < 1
):
    raise ImproperlyConfigured("DESK_SESSION_… and DESK_PORTAL_SESSION_… are 1 at least")
#: The cookie and the row last a day longer than the most patient of these, so that who comes back
#: hears why; each use moves them on.
SESSION_COOKIE_AGE = 3600 * (max(DESK_SESSION_IDLE_HOURS, DESK_PORTAL_SESSION_IDLE_DAYS * 24) + 24)

#: Sign-in services of organisations; `servicedesk.accounts.providers` says what each may hold.
DESK_OIDC = read_providers(env.str("DESK_OIDC", default=""))
SOCIALACCOUNT_ADAPTER = "servicedesk.accounts.sign_on_adapter.SignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

#: Agents, managers and administrators sign in with a second step. Off in a demo, whose logins
#: have none.
DESK_MFA_REQUIRED = env.bool("DESK_MFA_REQUIRED", default=not DESK_DEMO)
MFA_ADAPTER = "servicedesk.accounts.second_step.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "servicedesk.accounts.second_step_forms.CodeForm",
    "reauthenticate": "servicedesk.accounts.second_step_forms.CodeAgainForm",
    "activate_totp": "servicedesk.accounts.second_step_forms.FirstCodeForm",
    "add_webauthn": "servicedesk.accounts.second_step_forms.NewPasskeyForm",
    "login_webauthn": "servicedesk.accounts.second_step_forms.PasskeyAloneForm",
    "authenticate_webauthn": "servicedesk.accounts.second_step_forms.PasskeyForm",
    "reauthenticate_webauthn": "servicedesk.accounts.second_step_forms.PasskeyAgainForm",
    "edit_webauthn": "servicedesk.accounts.second_step_forms.PasskeyNameForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1

# Behind the rate limits of allauth: who goes on guessing the password of one account from one
# address waits an hour. Only that combination is locked, so that a stranger locks nobody out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "servicedesk.accounts.throttling.account_of"
AXES_CLIENT_IP_CALLABLE = "servicedesk.accounts.networks.address_of"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
