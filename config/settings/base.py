"""Settings common to every installation; the sibling modules state only what differs."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.env import env

ROOT = Path(__file__).resolve().parent.parent.parent
# Everything the running installation writes: database, uploads, collected static files, the secret.
VAR = env.path("VAR_DIR", ROOT / "var")

SECRET_KEY = env.text("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
# The address under which the outside world reaches this installation. Provider receipts are signed for it,
# so it is configured rather than guessed from the request behind a proxy.
PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL").rstrip("/")
# Where the office's envelopes (長形3号) have their window, in millimetres: from the left, from the top, width, height.
# Makers differ; this is the usual place, to be tried with one letter before many are printed.
ENVELOPE_WINDOW = env.words("ENVELOPE_WINDOW", "22,12,90,45")

# Applications -------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "office",
    "classes",
    "helpdesk",
    "reminders",
    "materials",
    "residents",
    "city",
    "accounts",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tables2",
    "django_htmx",
    "csp",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.methods.MethodMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "city.context.city",
                "reminders.context.worker",
                "accounts.context.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.wareki",
            ],
        },
    },
]
# Our own field and form templates live in templates/django/forms.
FORM_RENDERER = "core.forms.FormRenderer"
DJANGO_TABLES2_TEMPLATE = "django_tables2/kakehashi.html"

# Database -----------------------------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR / 'kakehashi.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A deferred transaction that begins by reading fails at once with "database is locked" when it then
        # writes beside another writer; IMMEDIATE waits its turn instead.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What a clerk has said on the telephone, and that a text is about to leave, is on the disk when the lights go
        # out: with NORMAL the last commits of a write-ahead log may be gone then (sqlite.org/pragma.html).
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
            "PRAGMA mmap_size=134217728; PRAGMA cache_size=-32000;"
        ),
    }
else:
    # The same few dozen statements are asked all day: bound by the server and prepared the second time they are
    # asked, they need no parsing and planning any more, a quarter of what a registration takes. A pooler in transaction
    # mode in front of the server has to know prepared statements (PgBouncer from 1.21).
    DATABASES["default"].setdefault("OPTIONS", {}).update(server_side_binding=True, prepare_threshold=2)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared, so that rate limits count across processes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10000},
    },
    # Finished guide papers, each under the whole of what it says; files, because a paper is too large for a table.
    "papers": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "papers",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# Sign-in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.adapter.SignInBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kakehashi"

# A counter clerk leaves the desk for lunch; the form in progress is carried over a new sign-in.
SESSION_COOKIE_AGE = env.number("SESSION_MINUTES", 60) * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# Language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

# Files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = VAR / "media"
# Uploads are served by a view that asks who may see them, never by the web server.
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "core.uploads.WithinReason",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
PDF_FONT_DIR = env.text("PDF_FONT_DIR")

# Safety -------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "accounts.expiry.csrf_failure"

# Texting ------------------------------------------------------------------------------------------------
# practice: nothing leaves. twilio: real texts. file: real texts too, carried out where nothing reaches the internet.
SMS_GATEWAY = env.one_of("SMS_GATEWAY", ["practice", "twilio", "file"])
_of_the_account = env.required if SMS_GATEWAY == "twilio" else env.text
TWILIO_ACCOUNT_SID = _of_the_account("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = _of_the_account("TWILIO_AUTH_TOKEN")
TWILIO_FROM = _of_the_account("TWILIO_FROM")
# Only where receipts are signed with a shared webhook key (HMAC-SHA256) instead of the account's token.
TWILIO_WEBHOOK_KEY = env.text("TWILIO_WEBHOOK_KEY")
TWILIO_API_BASE_URL = env.text("TWILIO_API_BASE_URL").rstrip("/")
TWILIO_TIMEOUT_SECONDS = env.number("TWILIO_TIMEOUT_SECONDS", 10)
# Whether residents can answer: the usual sender in Japan is a name or a number that receives nothing.
SMS_RECEIVES = env.flag("SMS_RECEIVES")

# Logs carry ids and codes, never names, numbers or bodies.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "core.logs.Formatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {
        "kakehashi": {"level": "INFO"},
        # They write telephone numbers down, the one in its requests, the other in the addresses it asks for.
        "twilio": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
    },
}
