"""The kind of list that `imports` calls: people are appointed and posts end, hundreds at once, seen before they are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongxing.accounts import actions, handover, queries
from tongxing.accounts.actions import NotAppointed
from tongxing.accounts.actions.posts import check_person, check_seat
from tongxing.accounts.ledger import undoing
from tongxing.accounts.ledger.catalogue import CATALOGUE
from tongxing.accounts.models import Person, Post
from tongxing.accounts.roles import ROLES, Sees
from tongxing.accounts.rules import Seat
from tongxing.crypto.masking import mask_phone
from tongxing.ledgers.cells import Value
from tongxing.ledgers.kinds import Accepted, Candidate, Compared, Context, Difference, Outcome, TakenBack, Verdict, Written
from tongxing.ledgers.problems import declare
from tongxing.ledgers.reading import Row
from tongxing.places import codes
from tongxing.places import queries as places
from tongxing.places.codes import Level
from tongxing.places.models import Place

SEVERAL = 3  # places named in the question which one is meant


@dataclass(slots=True)
class Known:
    """The people of the names of some rows, and their posts that have not ended, each read once."""

    people: dict[str, list[Person]]
    posts: dict[UUID, list[Post]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: set[str], by: Post) -> Known:
        people: dict[str, list[Person]] = {}
        for person in queries.with_phones(list(queries.people_managed_by(by).filter(name__in=names).order_by("id"))):
            people.setdefault(person.name, []).append(person)
        known = cls(people)
        held = queries.unended([person.id for found in people.values() for person in found])
        for post in held:
            known.posts.setdefault(post.person_id, []).append(post)
        return known

    def at(self, person: Person, seat: Seat, unit_name: str) -> Post | None:
        """The post that a person holds (or will hold) on a seat."""
        return next((post for post in self.posts.get(person.id, []) if post.seat == seat and post.deputy_of_id is None and (not unit_name or post.unit_name == unit_name)), None)

    def words(self, person: Person) -> str:
        posts = "、".join(str(post) for post in self.posts.get(person.id, [])) or _("没有在任岗位")
        return f"{person.name} {mask_phone(person.phone)}（{posts}）"


class PostsKind:
    """Appointments and endings, for posts that manage others."""

    catalogue = CATALOGUE
    right = "posts.import"
    shown = ("name", "role", "place")
    whole = False

    def check(self, rows: Sequence[Row], context: Context[Post]) -> None:
        """Places are looked up, dates and offices checked; the seat is what follows from the cells."""
        for row in rows:
            if not {"name", "role", "place"} <= row.values.keys():
                continue  # what is required was complained of already
            self._check_place(row, context)
            if row.problems:
                continue
            first = context.memory.setdefault("lines", {}).setdefault((row.values["name"], _seat(row, context), row.values.get("unit_name"), _ending(row)), row.number)
            if first != row.number:
                row.problems.append(context.problem(row, "name", "row_duplicate", other=str(first)))
            self._check_dates(row, context)
            self._check_seat(row, context)

    def compare(self, rows: Sequence[Row], context: Context[Post], chosen: Mapping[int, UUID | None] | None = None) -> list[Compared]:
        chosen = chosen or {}
        known = Known.of({str(row.values["name"]) for row in rows if not row.problems}, context.by)
        return [Compared(Verdict.WRONG) if row.problems else self._compare(row, known, context, chosen) for row in rows]

    def apply(self, rows: Sequence[Accepted], context: Context[Post]) -> list[Outcome]:
        """Compared once more: what has become the same is left as it is."""
        outcomes = []
        for wanted in rows:
            row = Row(wanted.number, dict(wanted.values), [], ())
            decided = {row.number: wanted.subject} if wanted.decided else {}
            (again,) = self.compare([row], context, decided)
            if again.verdict is Verdict.SAME:
                outcomes.append(Outcome.SAME)
            elif again.verdict in (Verdict.NEW, Verdict.CHANGED) and again.subject == wanted.subject:
                outcomes.append(self._write(row, again.subject, context))
            else:
                outcomes.append(Outcome.LEFT)
        return outcomes

    def finish(self, rows: Iterable[Accepted], context: Context[Post]) -> None:
        """Nothing is kept of the list as a whole."""

    def undo(self, rows: Sequence[Written], why: str, context: Context[Post]) -> list[TakenBack]:
        return [undoing.undo(row, why, context) for row in rows]

    def subject_url(self, subject: UUID) -> str:
        return reverse("accounts:person", args=[subject])

    # Checking

    @staticmethod
    def _check_place(row: Row, context: Context[Post]) -> None:
        given = str(row.values["place"])[:40]
        match _place(row, context):
            case []:
                row.problems.append(context.problem(row, "place", "posts.unknown_place", given=given))
            case list(names):
                row.problems.append(context.problem(row, "place", "posts.several_places", given=given, names="、".join(names)))

    def _check_dates(self, row: Row, context: Context[Post]) -> None:
        since, until = _day(row, "since"), _day(row, "until")
        if since and until and until <= since:
            row.problems.append(context.problem(row, "until", "posts.until_before_since"))
        if _ending(row) and not row.values.get("end_reason"):
            row.problems.append(context.problem(row, "end_reason", "posts.no_reason"))
        if row.values.get("record_check") and not row.values.get("record_checked_on"):
            row.problems.append(context.problem(row, "record_checked_on", "posts.no_check_date"))
        if row.values.get("certificate") and not row.values.get("certified_on"):
            row.problems.append(context.problem(row, "certified_on", "posts.no_certificate_date"))

    def _check_seat(self, row: Row, context: Context[Post]) -> None:
        seat = _seat(row, context)
        if seat.definition.sees is Sees.GRANTED and not row.values.get("unit_name"):
            row.problems.append(context.problem(row, "unit_name", "posts.no_unit"))
        try:
            check_seat(seat, since=_day(row, "since") or context.today, by=context.by)
        except NotAppointed as reason:
            row.problems.append(context.problem(row, "role", "posts.said", said=str(reason)))

    # Comparing

    def _compare(self, row: Row, known: Known, context: Context[Post], chosen: Mapping[int, UUID | None]) -> Compared:
        found = known.people.get(str(row.values["name"]), [])
        seat, unit = _seat(row, context), str(row.values.get("unit_name") or "")
        person, sure = self._person(row, found, known, seat, unit, chosen)
        candidates = tuple(Candidate(each.id, known.words(each), _("同名")) for each in found)
        if _ending(row):
            held = known.at(person, seat, unit) if person else None
            if held is None or person is None:
                return Compared(Verdict.WRONG, problems=(context.problem(row, "name", "posts.nobody_to_end"),))
            return self._compare_end(row, person, held, context)
        if person is None:
            return Compared(Verdict.NEW if sure or not found else Verdict.PROBABLE, candidates=candidates)
        return self._compare_appointment(row, person, known.at(person, seat, unit), known, context, candidates)

    @staticmethod
    def _person(row: Row, found: Sequence[Person], known: Known, seat: Seat, unit: str, chosen: Mapping[int, UUID | None]) -> tuple[Person | None, bool]:
        """Whom a row means, and whether that is sure: chosen by a person, on the seat already, or known by name and telephone."""
        if row.number in chosen:
            return next((each for each in found if each.id == chosen[row.number]), None), True
        seated = [each for each in found if known.at(each, seat, unit)]
        phone = row.values.get("phone")
        reached = [each for each in found if phone and each.phone == phone]
        for group in (reached, seated):
            if len(group) == 1:
                return group[0], True
        return None, False

    def _compare_end(self, row: Row, person: Person, held: Post, context: Context[Post]) -> Compared:
        day = _day(row, "until") or context.today
        if held.until == day:
            return Compared(Verdict.SAME, person.id)
        if not held.since <= day:
            return Compared(Verdict.WRONG, problems=(context.problem(row, "until", "posts.until_before_since"),))
        left = "、".join(f"{item.label} {item.count}" for item in handover.items(held))
        successors = "、".join(post.person.name for post in handover.successors(held))
        differences = [Difference("until", held.until.isoformat() if held.until else "", day.isoformat())]
        if left:
            differences.append(Difference("change", _("交接：%(left)s") % {"left": left}, _("接任：%(names)s") % {"names": successors or _("空缺")}))
        return Compared(Verdict.CHANGED, person.id, tuple(differences))

    def _compare_appointment(self, row: Row, person: Person, held: Post | None, known: Known, context: Context[Post], candidates: tuple[Candidate, ...]) -> Compared:
        differences = self._facts(row, person)
        if differences and not queries.is_superior(context.by, person):
            return Compared(Verdict.WRONG, person.id, problems=(context.problem(row, "name", "posts.not_below"),))
        if held is None:
            since = _day(row, "since") or context.today
            try:
                check_person(person, _seat(row, context), since=since, until=_day(row, "until"), unit_name=str(row.values.get("unit_name") or ""))
            except NotAppointed as reason:
                return Compared(Verdict.WRONG, person.id, problems=(context.problem(row, "role", "posts.said", said=str(reason)),))
            now = "、".join(str(post) for post in known.posts.get(person.id, []))
            differences.insert(0, Difference("role", now, str(ROLES[str(row.values["role"])].name)))
        elif (until := _day(row, "until")) and until != held.until:
            differences.append(Difference("until", held.until.isoformat() if held.until else "", until.isoformat()))
        return Compared(Verdict.CHANGED if differences else Verdict.SAME, person.id, tuple(differences), candidates)

    @staticmethod
    def _facts(row: Row, person: Person) -> list[Difference]:
        """What the row says of the person and the register does not."""
        clear = {"clear": True, "found": False}.get(str(row.values.get("record_check") or ""))
        said: list[tuple[str, Value | None, Value | None]] = [
            ("phone", person.phone, row.values.get("phone")),
            ("record_checked_on", person.record_checked_on, row.values.get("record_checked_on")),
            ("certificate", person.certificate, row.values.get("certificate")),
        ]
        found = [Difference(column, "" if old is None else str(old), str(new)) for column, old, new in said if new not in (None, "", old)]
        if clear is not None and clear != person.record_check_clear:
            labels = {True: _("无违法犯罪记录"), False: _("查到违法犯罪记录")}
            found.append(Difference("record_check", labels[person.record_check_clear] if person.record_checked_on else "", labels[clear]))
        return found

    # Writing

    def _write(self, row: Row, subject: UUID | None, context: Context[Post]) -> Outcome:
        try:
            with transaction.atomic():
                before = undoing.before(subject)
                known = Person.objects.get(pk=subject) if subject else None
                person = self._end(row, known, context) if _ending(row) else self._appoint(row, known, context)
                undoing.note(row.number, person.id, before, context)
        except (NotAppointed, PermissionDenied, IntegrityError, Person.DoesNotExist):
            return Outcome.LEFT
        return Outcome.IMPORTED

    @staticmethod
    def _end(row: Row, person: Person | None, context: Context[Post]) -> Person:
        if person is None:
            raise NotAppointed
        held = Known({person.name: [person]}, {person.id: list(queries.unended([person.id]))}).at(person, _seat(row, context), str(row.values.get("unit_name") or ""))
        if held is None:
            raise NotAppointed
        actions.end_post(post=held, on=_day(row, "until") or context.today, reason=str(row.values["end_reason"]), by=context.by)
        return person

    def _appoint(self, row: Row, person: Person | None, context: Context[Post]) -> Person:
        by, values = context.by, row.values
        if person is None:
            person = actions.add_person(name=str(values["name"]), phone=str(values.get("phone") or ""), by=by)
        elif (phone := values.get("phone")) and phone != person.phone:
            actions.edit_person(person=person, name=person.name, phone=str(phone), by=by)
        checked, clear = _day(row, "record_checked_on"), values.get("record_check") != "found"
        if checked and (checked, clear) != (person.record_checked_on, person.record_check_clear):
            actions.record_check(person=person, on=checked, clear=clear, by=by)
        certificate = str(values.get("certificate") or "")
        if certificate and certificate != person.certificate:
            actions.certify(person=person, certificate=certificate, on=_day(row, "certified_on"), by=by)
        seat, unit, until = _seat(row, context), str(values.get("unit_name") or ""), _day(row, "until")
        held = Known({}, {person.id: list(queries.unended([person.id]))}).at(person, seat, unit)
        if held is None:
            since, concurrent = _day(row, "since") or context.today, str(values.get("concurrent") or "")
            actions.appoint(person=person, role=seat.role, place=seat.place, since=since, until=until, unit_name=unit, concurrent=concurrent, by=by)
        elif until and until != held.until:
            actions.end_post(post=held, on=until, reason=str(values.get("end_reason") or _("任期届满")), by=by)
        return person


def _ending(row: Row) -> bool:
    return row.values.get("change") == "end"


def _day(row: Row, column: str) -> date | None:
    value = row.values.get(column)
    return value if isinstance(value, date) else None


def _place(row: Row, context: Context[Post]) -> int | list[str]:
    """The code of the place that a row means within the importer's own, or the names of several that it may mean, or an empty list."""
    role, text = ROLES[str(row.values["role"])], str(row.values["place"])
    kept = context.memory.setdefault("places", {})
    if (text, role.level) not in kept:
        found = _resolved(text, context.by, role.level if len(role.levels) == 1 else None)
        kept[text, role.level] = found[0].code if len(found) == 1 else [place.full_name for place in found[:SEVERAL]]
    place = kept[text, role.level]
    assert isinstance(place, (int, list))
    return place


def _resolved(text: str, by: Post, level: Level | None) -> list[Place]:
    """The places within the importer's own that an address may mean, whether or not it begins with what stands above."""
    lo, hi = codes.span(by.place_id)
    above = [place.name for place in places.chain(by.place_id)]
    for start in range(len(above)):
        opening = "".join(above[start:])
        if text.startswith(opening):
            rest = text.removeprefix(opening)
            return places.resolve(rest, lo=lo, hi=hi, level=level) if rest else [by.place]
    return places.resolve(text, lo=lo, hi=hi, level=level)


def _seat(row: Row, context: Context[Post]) -> Seat:
    """The seat of a row whose place was found."""
    place = _place(row, context)
    assert isinstance(place, int)
    return Seat(str(row.values["role"]), place)


KIND: Final = PostsKind()

declare(
    {
        "posts.unknown_place": gettext_noop("没有找到“%(given)s”。请写全乡镇和村名，或者填12位区划代码；只能填您管理的地点"),
        "posts.several_places": gettext_noop("“%(given)s”有多处：%(names)s。请写全"),
        "posts.until_before_since": gettext_noop("离任日期应晚于任职日期"),
        "posts.no_reason": gettext_noop("请填写离任原因，如换届、调动"),
        "posts.no_check_date": gettext_noop("填了查询结果，请填写从业查询日期"),
        "posts.no_certificate_date": gettext_noop("填了培训证书编号，请填写取证日期"),
        "posts.no_unit": gettext_noop("请填写所在单位"),
        "posts.nobody_to_end": gettext_noop("此人没有在这个地点担任这个岗位，无法办理离任。请核对姓名、岗位和地点"),
        "posts.not_below": gettext_noop("此人还有不归您管理的岗位，不能修改其电话、从业查询和证书。请删去这几列"),
        "posts.said": gettext_noop("%(said)s"),
    }
)
