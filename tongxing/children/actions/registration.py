"""A child comes onto the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongxing.accounts.models import Post
from tongxing.children import checks
from tongxing.children.actions import opening
from tongxing.children.errors import FieldErrors
from tongxing.children.fields import FIELDS
from tongxing.children.finding import keys
from tongxing.children.models import Child, SearchKey, State
from tongxing.children.new import NewChild
from tongxing.crypto.sealed import digest
from tongxing.journal import actions as journal


def register(*, new: NewChild, by: Post | None, approved: bool = False, source: str = "") -> Child:
    """Open a file as a draft; ``approved`` puts it on the register at once, for posts that may approve.

    Raises ``FieldErrors`` with a sentence per wrong value; nothing is written then.
    """
    return register_many(new=[new], by=by, approved=approved, source=source)[0]


@transaction.atomic
def register_many(*, new: Sequence[NewChild], by: Post | None, approved: bool = False, source: str = "") -> list[Child]:
    """Open many files with a handful of statements. The first wrong one raises ``FieldErrors``, and nothing is written."""
    for each in new:
        if errors := checks.new_child(each):
            raise FieldErrors(errors)
    _refuse_taken(new)
    made = opening.make(new, by=by, approved=approved, source=source)
    opening.write(made)
    journal.record_many(
        by=by,
        acts=[
            {
                "verb": "registered",
                "subject_kind": "child",
                "subject_id": each.file.child.id,
                "child_id": each.file.child.id,
                "place": each.file.child.scope_place,
                "diff": opening.first(each.file),
            }
            for each in made
        ],
    )
    return [each.file.child for each in made]


def taken(numbers: Sequence[str]) -> set[str]:
    """Those of the id numbers for which a file exists anywhere, also outside the scope: one child, one file."""
    by_digest = {digest("id_number", number): number for number in numbers if number}
    with connection.cursor() as cursor:
        cursor.execute("SELECT child_ids_taken(%s)", [list(by_digest)])
        return {by_digest[found] for found in cursor.fetchone()[0]}


def _refuse_taken(new: Sequence[NewChild]) -> None:
    numbers = [str(number) for each in new if (number := FIELDS["id_number"].clean(each.fields.get("id_number")))]
    if len(numbers) != len(set(numbers)) or taken(numbers):
        raise FieldErrors({"id_number": _("这个身份证号已有档案：一人一档。请查找该档案；不在本地的，请联系县民政局办理转移。")})


def likely_duplicates(new: NewChild, *, limit: int = 5) -> list[Child]:
    """Files of the scope with the same name and birth date, or the same id number: to be looked at before a second file is opened."""
    key = keys.by_name(str(new.fields.get("name") or ""))
    born = new.fields.get("born")
    if not isinstance(born, date):
        return []
    same = Child.objects.filter(born=born, pk__in=SearchKey.objects.filter(key=key).values("child_id"))
    return list(same.exclude(state=State.ENDED)[:limit])
