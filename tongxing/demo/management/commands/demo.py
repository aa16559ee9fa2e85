"""Fill an empty database with the demo county: 夷陵区's real townships and villages, invented people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tongxing.demo import staff
from tongxing.demo.models import Demo
from tongxing.demo.state import State, state
from tongxing.ground.today import now
from tongxing.places import actions as places
from tongxing.places import lists


class Command(BaseCommand):
    help = "Load the demo county into an empty database."

    def handle(self, *args: Any, **options: Any) -> None:
        match state():
            case State.REAL:
                raise CommandError("This database holds a real register: the demo is loaded into an empty database only. Nothing was changed.")
            case State.DEMO:
                self.stdout.write("The demo county is loaded already.")
                return
            case State.UNFINISHED:
                raise CommandError("Loading the demo was cut off. Remove the database (with the embedded one: the folder var) and start again.")
        self.stdout.write("Loading the demo county …")
        mark = Demo.objects.create()
        places.apply_list(found=lists.shipped(), on=lists.EDITION, complete=False, by=None)
        with transaction.atomic():
            posts = staff.hire()
            mark.accounts = [{"role": str(post.definition.name), "username": post.person.user.username, "name": post.person.name, "place": post.place.full_name} for post in posts]
            mark.loaded_at = now()
            mark.save()
