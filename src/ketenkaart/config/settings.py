"""Django settings: one file, safe by default, tuned by a handful of environment variables.

`KETENKAART_DATA` is the data folder, `KETENKAART_HOSTS` the host names to answer to (comma
separated), `KETENKAART_HTTPS=1` says that a proxy in front speaks https, `KETENKAART_THEME` names
a style sheet (under the static files) that is loaded after our own.

Whoever only reads gets no cookie: sessions begin at the login page.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from django.core.management.utils import get_random_secret_key

from ketenkaart.config.mail import mail_server
from ketenkaart.services.stores import RECORD_FILE, SECRET_FILE, chosen_data_folder
from ketenkaart.sources.documents.limits import DEFAULT

PACKAGE = Path(__file__).resolve().parent.parent
DATA_FOLDER = chosen_data_folder()


def _secret_key() -> str:
    """Return the key kept in the data folder, or one for this process when none is kept yet."""
    kept = DATA_FOLDER / SECRET_FILE
    return kept.read_text(encoding="ascii").strip() if kept.is_file() else get_random_secret_key()


def _is_on(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes"}


DEBUG = _is_on("KETENKAART_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] + [
    host.strip() for host in os.environ.get("KETENKAART_HOSTS", "").split(",") if host.strip()
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "ketenkaart.db.record",
    "ketenkaart.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "ketenkaart.web.middleware.UploadLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "ketenkaart.web.middleware.PrivatePages",
    "ketenkaart.web.middleware.ErrorPages",
]
ROOT_URLCONF = "ketenkaart.config.urls"
WSGI_APPLICATION = "ketenkaart.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ketenkaart.web.templatetags.ketenkaart"],
            "context_processors": [
                "django.template.context_processors.request",
                "ketenkaart.web.context.frame",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_FOLDER / RECORD_FILE,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # WAL can lose commits in the SQLite versions that many systems still carry.
            "init_command": (
                "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            ),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# An account is locked by its name alone: no address or browser of a visitor is kept.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# W002: the login page shows a lock itself; W006: see above, addresses are left out on purpose.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]

SESSION_COOKIE_NAME = "ketenkaart-session"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "ketenkaart-form"
CSRF_COOKIE_AGE = None
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ketenkaart.web.errors.csrf_failure"

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
KETENKAART_THEME = os.environ.get("KETENKAART_THEME", "")

_MAIL = mail_server(os.environ)
EMAIL_HOST = _MAIL.host
KETENKAART_MAIL_IS_SET = bool(EMAIL_HOST)
KETENKAART_MAIL_FAULT = _MAIL.fault
# Nothing leaves this machine by accident: without a server, mail has nowhere to go.
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
EMAIL_USE_TLS = _MAIL.tls == "starttls"
EMAIL_USE_SSL = _MAIL.tls == "tls"
EMAIL_PORT = _MAIL.port
EMAIL_HOST_USER = _MAIL.user
EMAIL_HOST_PASSWORD = _MAIL.password
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _MAIL.sender

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if _is_on("KETENKAART_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# A purchase list travels with its page, packed: see docs/decisions/0015.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
# An upload stays in memory until it is read; a larger one is answered before it is taken in.
KETENKAART_UPLOAD_BYTES = DEFAULT.max_bytes
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = KETENKAART_UPLOAD_BYTES + DATA_UPLOAD_MAX_MEMORY_SIZE

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A page that does not exist is the visitor's news, not the operator's.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Who mistyped a password is nobody's business.
        "axes": {"level": "CRITICAL"},
    },
}
