"""The real installation behind TLS. Refuses to start half-configured and says what is missing."""

from config.env import env
from config.settings.base import *  # noqa: F403  (the settings idiom: a short list of differences)

SECRET_KEY = env.required("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [env.required("ALLOWED_HOSTS")]
PUBLIC_BASE_URL = env.required("PUBLIC_BASE_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
env.required("DATABASE_URL")
env.refuse_if_incomplete()

PRACTICE = False

# The proxy in front ends TLS and sets this header; it must strip the header from outside requests.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1)
