"""Locks on the doors: what browsers may do with our pages, cookies, TLS."""

from urllib.parse import urlsplit

from servicedesk.accounts.providers import origin_of
from servicedesk.settings.environment import env
from servicedesk.settings.people import DESK_OIDC
from servicedesk.settings.place import BEHIND_PROXY, DESK_BASE_URL, HTTPS

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        # The form that leads to a sign-in service is ours, the redirect after it is to them.
        "form-action": ["'self'", *{origin_of(provider) for provider in DESK_OIDC}],
        "frame-ancestors": ["'none'"],
        "upgrade-insecure-requests": HTTPS,
        "report-uri": ["/csp-report/"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
# With this prefix a browser takes them from this very host only, over https only.
_HOST = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST}desk"
CSRF_COOKIE_NAME = f"{_HOST}csrf"
LANGUAGE_COOKIE_NAME = f"{_HOST}language"
DESK_THEME_COOKIE_NAME = f"{_HOST}theme"
# Sentences for the next page wait in the session: their own cookie could not have the prefix.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
#: How many proxies of ours stand in front, each of which adds to X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("DESK_PROXIES", default=int(BEHIND_PROXY))
# Only a proxy can tell us that somebody came without TLS. Probes come straight to us.
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
SECURE_SSL_HOST = urlsplit(DESK_BASE_URL).netloc
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^metrics$"]
DESK_PROBES = {"/healthz", "/metrics"}
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # unique by Lower("email"), which that check does not see
    # The lock of axes is asked by our adapter, with a sentence in the form; it needs no middleware
    # and no backend of its own.
    "axes.W002", "axes.W003",
    "security.W021",  # whether browsers know our address beforehand is for who owns the domain
]  # fmt: skip
