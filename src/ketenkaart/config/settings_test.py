"""Settings for the tests: a database in memory, otherwise what users get."""

from __future__ import annotations

from ketenkaart.config.settings import *  # noqa: F403

SECRET_KEY = "only for tests"  # noqa: S105
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
# Slow on purpose is for users; one test asks the real settings for their hasher.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
