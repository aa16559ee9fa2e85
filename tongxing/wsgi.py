"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxing.settings")
application = get_wsgi_application()

from tongxing.ground.checks import refuse_unbound_role  # noqa: E402 - needs Django to be set up

refuse_unbound_role()
