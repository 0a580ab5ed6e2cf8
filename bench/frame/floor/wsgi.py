"""What gunicorn serves as the floor."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
