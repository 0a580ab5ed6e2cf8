"""The WSGI entry point for gunicorn. It refuses to serve a database that belongs to the other kind of installation."""

import os

from django.core.wsgi import get_wsgi_application

from core.charset import without_odd_charset

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = without_odd_charset(get_wsgi_application())

from city.practice import refuse_other_installations_database  # noqa: E402  (models exist only from here on)

refuse_other_installations_database()
