"""`make run`: production's settings minus what needs TLS, on this machine, as a practice installation."""

from django.core.management.utils import get_random_secret_key

from config.env import env
from config.settings.base import *  # noqa: F403  (the settings idiom: a short list of differences)
from config.settings.base import VAR

VAR.mkdir(parents=True, exist_ok=True)
secret_file = VAR / "secret"
if not secret_file.exists():
    # Made once: a new one at each start would sign everybody out.
    secret_file.touch(mode=0o600)
    secret_file.write_text(get_random_secret_key())

SECRET_KEY = env.text("SECRET_KEY") or secret_file.read_text().strip()
DEBUG = env.flag("DEBUG")
PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", f"http://localhost:{env.number('PORT', 8000)}")
env.refuse_if_incomplete()

# A practice installation says so in its database, and production refuses to start on that database.
PRACTICE = True
