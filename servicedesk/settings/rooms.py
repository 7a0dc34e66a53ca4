"""The rooms of the house: apps, middleware, templates; its languages and its time."""

from django.utils.translation import gettext_lazy as _

from servicedesk.settings.environment import BASE_DIR, env

INSTALLED_APPS = [
    "servicedesk.local",
    "servicedesk.operations",
    "sla.alarms",
    "sla.contracts",
    "sla.availability",
    "sla",
    "tickets",
    "knowledgebase",
    "servicedesk.catalogue",
    "servicedesk.accounts",
    "servicedesk.audit",
    "servicedesk.outbox",
    "servicedesk.lib",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "servicedesk.accounts.admin_apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "servicedesk.lib.middleware.room_for_frames",
    "servicedesk.operations.live.LiveEndpoint",
    "servicedesk.operations.metrics.RequestTimes",
    "servicedesk.lib.middleware.RequestLog",
    "servicedesk.lib.middleware.probes_by_any_name",
    "django.middleware.security.SecurityMiddleware",
    "servicedesk.lib.middleware.BrowserLocks",
    "csp.middleware.CSPMiddleware",
    "servicedesk.lib.middleware.RefuseUnreadable",
    "servicedesk.lib.middleware.known_methods_only",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sla.availability.middleware.StatusForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "servicedesk.accounts.middleware.ReaderPreferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "servicedesk.accounts.middleware.SeenNow",
    "servicedesk.accounts.middleware.SecondStepRequired",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "servicedesk.lib.context.desk",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("DESK_TIME_ZONE", default="Europe/Brussels")
