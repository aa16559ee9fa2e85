"""A kind of list for the mechanism's own tests: people who work here, known by their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from tongxing.accounts import actions
from tongxing.accounts.ledger import undoing
from tongxing.accounts.models import Person, Post
from tongxing.ledgers.catalogue import Catalogue, Column, Kind
from tongxing.ledgers.kinds import Accepted, Candidate, Compared, Context, Difference, Outcome, TakenBack, Verdict, Written
from tongxing.ledgers.reading import Row

NUMBER = "certificate"


class PeopleKind:
    """Same name and certificate: the same person. Same name with another certificate: perhaps the same."""

    catalogue = Catalogue(
        id="people",
        title="人员名单",
        columns=(
            Column(key="name", heading="姓名", kind=Kind.NAME, required=True),
            Column(key="phone", heading="工作电话", kind=Kind.PHONE, secret=True),
            Column(key="certificate", heading="证书编号", required=True),
            Column(key="since", heading="取证日期", kind=Kind.DATE, past=True),
        ),
        keys=("certificate",),
    )
    right = "children.import"
    shown = ("name", "certificate")
    whole = False

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        seen = context.memory.setdefault("certificates", {})
        for row in rows:
            certificate = row.values.get("certificate")
            if certificate and (first := seen.setdefault(certificate, row.number)) != row.number:
                row.problems.append(context.problem(row, "certificate", "row_duplicate", other=str(first)))

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        known: dict[str, list[Person]] = {}
        for person in Person.objects.filter(name__in={row.values.get("name") for row in rows}):
            known.setdefault(person.name, []).append(person)
        return [self._compare(row, known.get(str(row.values.get("name")), []), chosen or {}) for row in rows]

    def _compare(self, row: Row, namesakes: list[Person], chosen: Mapping[int, UUID | None]) -> Compared:
        certificate = row.values.get("certificate")
        same = next((each for each in namesakes if each.certificate == certificate), None)
        if row.number in chosen:
            same = next((each for each in namesakes if each.id == chosen[row.number]), None)
        elif same is None and namesakes:
            return Compared(Verdict.PROBABLE, candidates=tuple(Candidate(each.id, f"{each.name} {each.certificate}", "姓名相同") for each in namesakes))
        if same is None:
            return Compared(Verdict.NEW)
        if (phone := row.values.get("phone")) and phone != same.phone:
            return Compared(Verdict.CHANGED, same.id, (Difference("phone", same.phone[:3], str(phone)[:3]),))
        return Compared(Verdict.SAME, same.id)

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        return [self._apply(row, context.by, context) for row in rows]

    def finish(self, rows: Iterable[Accepted], context: Context[Post]) -> None:
        """Nothing is kept of the list as a whole."""

    def undo(self, rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
        return [undoing.undo(row, why, context) for row in rows]

    def _apply(self, row: Accepted, by: Post, context: Context[Post]) -> Outcome:
        before = undoing.before(row.subject)
        name, certificate, phone = (str(row.values.get(key, "")) for key in ("name", "certificate", "phone"))
        if row.subject:
            known = Person.objects.get(pk=row.subject)
            if known.phone == phone:
                return Outcome.SAME
            actions.edit_person(person=known, name=known.name, phone=phone, by=by)
            undoing.note(row.number, known.id, before, context)
            return Outcome.IMPORTED
        if Person.objects.filter(certificate=certificate).exists():
            return Outcome.SAME
        person = actions.add_person(name=name, phone=phone, by=by)
        Person.objects.filter(pk=person.pk).update(certificate=certificate, certified_on="2026-01-01")
        undoing.note(row.number, person.id, before, context)
        return Outcome.IMPORTED

    def subject_url(self, subject: UUID) -> str:
        return ""


KIND = PeopleKind()
