"""What `make run` serves, measured from outside; never an installation that holds real people."""

from config.settings.local import *  # noqa: F403  (the settings idiom: a short list of differences)
from config.settings.local import MIDDLEWARE as OURS

MIDDLEWARE = ["bench.middleware.Measure", *OURS]
# The client signs in by making its own session, so both have to agree on the key.
SECRET_KEY = "only-for-measurements-" + "x" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
