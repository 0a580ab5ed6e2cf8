"""Tests: the real database, the memory gateway, cheap password hashes."""

from config.env import env
from config.settings.base import *  # noqa: F403  (the settings idiom: a short list of differences)
from config.settings.base import ROOT

SECRET_KEY = "only-for-tests-" + "x" * 50
PRACTICE = True
SMS_GATEWAY = "memory"
PUBLIC_BASE_URL = "https://kakehashi.test"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = env.path("VAR_DIR", ROOT / "var") / "test-static"
CACHES = CACHES | {"papers": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # noqa: F405  (as above)
