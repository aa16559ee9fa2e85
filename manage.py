#!/usr/bin/env python
"""The command line of the program: starts the embedded database where none is configured, then hands over to Django."""

import os
import sys

from tongxing.ground import postgres
from tongxing.ground.folders import var

WITHOUT_DATABASE = {"translations", "states", "makemigrations", "lock", "help", "--help", "--version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxing.settings")
    from django.core.management import execute_from_command_line

    if len(sys.argv) > 1 and sys.argv[1] not in WITHOUT_DATABASE:
        postgres.attach_or_exit(var())
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
