"""Brothers and sisters in a ledger: a parent with one id number is one person, and children of one parent in one village are one household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from tongxing.children.codes import PARENTS
from tongxing.children.models import Relative
from tongxing.children.new import NewChild, NewRelative
from tongxing.crypto.sealed import digest
from tongxing.ground.ids import uuid7


def share(new: Sequence[NewChild]) -> list[NewChild]:
    """The same new files with person keys and households shared, with those that are on the register as well."""
    numbers = {each.id_number for child in new for each in child.relatives if each.id_number}
    digests = {number: digest("id_number", number) for number in numbers}
    persons: dict[str, UUID] = {}
    households: dict[tuple[UUID, int], UUID] = {}
    known = Relative.objects.filter(id_digest__in=digests.values(), until=None).exclude(id_digest="")  # the index holds no blanks
    for found, person, place, relation, household in known.values_list("id_digest", "person_key", "scope_place", "relation", "child__household_id"):
        persons.setdefault(found, person)
        if relation in PARENTS:
            households.setdefault((person, place), household)
    made = []
    for child in new:
        relatives = _keyed(child.relatives, digests, persons)
        made.append(replace(child, relatives=relatives, household_id=_household(relatives, child.place, households)))
    return made


def _keyed(relatives: Sequence[NewRelative], digests: Mapping[str, str], persons: dict[str, UUID]) -> tuple[NewRelative, ...]:
    """Relatives with the keys of the persons they are; nobody stands twice in one file."""
    made, used = [], set[UUID]()
    for each in relatives:
        key = persons.setdefault(digests[each.id_number], uuid7()) if each.id_number else uuid7()
        made.append(replace(each, person_key=uuid7() if key in used else key))
        used.add(key)
    return tuple(made)


def _household(relatives: Sequence[NewRelative], place: int, households: dict[tuple[UUID, int], UUID]) -> UUID:
    parents = [each.person_key for each in relatives if each.person_key and each.relation in PARENTS]
    household = next((households[parent, place] for parent in parents if (parent, place) in households), None) or uuid7()
    for parent in parents:
        households.setdefault((parent, place), household)
    return household
