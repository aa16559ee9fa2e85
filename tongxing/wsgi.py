"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxing.settings")
application = get_wsgi_application()

from tongxing.caremodels.loading import library  # noqa: E402 - needs Django to be set up
from tongxing.forms.queries import definitions  # noqa: E402
from tongxing.ground.checks import refuse_unbound_role  # noqa: E402

refuse_unbound_role()
library()  # read now, so that nobody's first click waits for it
definitions()
