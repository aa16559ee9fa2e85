"""The only writer of places: lists are applied, places merge."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from tongxing.ground.today import now
from tongxing.journal import actions as journal
from tongxing.journal.actions import Actor
from tongxing.places import codes, names, queries
from tongxing.places.codes import Level
from tongxing.places.lists import PlaceList
from tongxing.places.models import FormerName, Place, Succession, Upload
from tongxing.places.rules import Changes, compare

COLUMNS = ("code", "name", "short_name", "level", "parent_id", "full_name", "pinyin", "initials", "valid_from", "valid_until", "stated_on")
LOCK = 420506  # any constant: one list is applied at a time

type Progress = Callable[[int, int], None]


class PlaceError(Exception):
    """A change that cannot stand; the message says why and what to do."""


def apply_list(*, found: PlaceList, on: date, complete: bool, by: Actor | None, progress: Progress | None = None) -> Changes:
    """Take over what a list states for ``on``; the same list again changes nothing.

    Rows with problems are left out and returned. One transaction a province, so that the whole country never holds up
    other readers of the journal; a run that was interrupted is completed by the next.
    """
    changes = compare(found, queries.known(found), on=on, complete=complete)
    total = len(found.places)
    done = total - len(changes.added) - len(changes.renamed) - len(changes.confirmed)
    short_names = {listed.code: names.short_name(listed.name, codes.level(listed.code)) for listed in found.places}
    for province, part in _by_province(changes):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            _write(part, short_names)
            if part.any:
                counts = {kind: [0, len(getattr(part, kind))] for kind in ("added", "renamed", "closed", "reopened")}
                diff = counts | {"source": ["", found.source], "on": ["", on.isoformat()]}
                journal.record(by=by, verb="places_listed", subject_kind="place", subject_id=province, place=province, diff=diff)
        done += len(part.added) + len(part.renamed) + len(part.confirmed)
        if progress:
            progress(done, total)
    if progress:
        progress(total, total)
    return changes


@transaction.atomic
def stage_list(*, found: PlaceList, within: int, on: date, complete: bool, by: Actor) -> Upload:
    """Keep an uploaded list until its preview is confirmed. Rows outside the place ``within`` are refused, those above it left out."""
    lo, hi = codes.span(within)
    above = codes.ancestors(within)
    inside = [listed for listed in found.places if lo <= listed.code <= hi]
    outside = [listed for listed in found.places if not lo <= listed.code <= hi and listed.code not in above]
    problems = [(problem.row, problem.text) for problem in found.problems]
    problems += [(listed.row, _("“%(name)s”（%(code)s）不在您的辖区") % {"name": listed.name, "code": codes.show(listed.code)}) for listed in outside]
    return Upload.objects.create(
        post_id=by.id,
        source=found.source[:200],
        on=on,
        complete=complete,
        places=[(listed.row, listed.code, listed.name) for listed in inside],
        problems=sorted(problems),
    )


@transaction.atomic
def apply_upload(*, upload: Upload, by: Actor) -> Changes:
    """Take over a list after its preview. A second time changes nothing."""
    changes = apply_list(found=queries.uploaded(upload), on=upload.on, complete=upload.complete, by=by)
    Upload.objects.filter(pk=upload.pk, applied_at=None).update(applied_at=now())
    return changes


@transaction.atomic
def merge_places(*, old: Sequence[int], new: int, on: date, reason: str, by: Actor | None) -> list[Succession]:
    """From ``on``, ``new`` stands where the places ``old`` stood. Repeating a merger changes nothing.

    Children are moved by ``children.actions.follow_succession``. Raises ``PlaceError``; nothing is written then.
    """
    if not reason.strip():
        raise PlaceError(_("请写明合并的依据（如批复文号）"))
    places = {place.code: place for place in Place.objects.select_for_update().filter(code__in=[*old, new])}
    if missing := [codes.show(code) for code in [*old, new] if code not in places]:
        raise PlaceError(_("没有代码为 %(codes)s 的行政区划") % {"codes": "、".join(missing)})
    successor = places[new]
    if successor.closed(on) or (successor.valid_from and successor.valid_from > on):
        raise PlaceError(_("“%(name)s”在 %(on)s 并不存在，不能并入") % {"name": successor.full_name, "on": on})
    made = []
    for code in dict.fromkeys(old):
        place = places[code]
        if not Succession.objects.filter(old=place, new=successor, on=on).exists():
            made.append(_merge(place, successor, on=on, reason=reason.strip(), by=by))
    return made


@transaction.atomic
def add_place(*, code: int, name: str, on: date, reason: str, by: Actor | None) -> Place:
    """Enter a place that no list names yet, such as the village that a merger founds. Raises ``PlaceError``."""
    above = codes.parent(code)
    if Place.objects.filter(code=code).exists():
        raise PlaceError(_("代码 %(code)s 已经存在") % {"code": codes.show(code)})
    chain = {place.code: place.short_name for place in queries.chain(above)} if above else {}
    if above and above not in chain:
        raise PlaceError(_("没有上级区划 %(code)s") % {"code": codes.show(above)})
    if not name.strip() or len(name.strip()) > 100 or not name.isprintable():
        raise PlaceError(_("请填写名称，不超过100个字"))
    short_names = chain | {code: names.short_name(name.strip(), codes.level(code))}
    place = Place(**dict(zip(COLUMNS, _row(code, name.strip(), short_names, valid_from=on, stated_on=on), strict=True)))
    place.save(force_insert=True)
    diff = {"name": ["", place.name], "reason": ["", reason]}
    journal.record(by=by, verb="place_added", subject_kind="place", subject_id=code, place=code, diff=diff)
    return place


def _merge(place: Place, successor: Place, *, on: date, reason: str, by: Actor | None) -> Succession:
    if place.code == successor.code:
        raise PlaceError(_("“%(name)s”不能并入自己") % {"name": place.full_name})
    if place.level != successor.level:
        raise PlaceError(_("“%(old)s”与“%(new)s”不是同一级") % {"old": place.full_name, "new": successor.full_name})
    if place.closed(on):
        raise PlaceError(_("“%(name)s”已于 %(on)s 撤销") % {"name": place.full_name, "on": place.valid_until})
    if place.valid_from and place.valid_from > on:
        raise PlaceError(_("“%(name)s”在 %(on)s 还没有设立") % {"name": place.full_name, "on": on})
    if below := place.children.filter(Q(valid_until=None) | Q(valid_until__gt=on)).count():
        raise PlaceError(_("“%(name)s”下面还有%(count)s个未撤销的单位，请先处理") % {"name": place.full_name, "count": below})
    before = place.valid_until
    place.valid_until, place.stated_on = on, max(place.stated_on, on)
    place.save(update_fields=["valid_until", "stated_on"])
    diff: dict[str, list[object]] = {"valid_until": [before and before.isoformat(), on.isoformat()], "successor": [None, successor.code], "reason": ["", reason]}
    journal.record(by=by, verb="place_merged", subject_kind="place", subject_id=place.code, place=place.code, diff=diff)
    return Succession.objects.create(old=place, new=successor, on=on, reason=reason)


def _by_province(changes: Changes) -> Iterable[tuple[int, Changes]]:
    def province(code: int) -> int:
        return codes.at_level(code, Level.PROVINCE)

    parts: dict[int, Changes] = {}
    for kind in ("added", "renamed", "closed", "reopened"):
        for item in getattr(changes, kind):
            part = parts.setdefault(province(item.code), Changes(changes.on, first=changes.first))
            getattr(part, kind).append(item)
    for above, confirmed in groupby(changes.confirmed, key=province):
        parts.setdefault(above, Changes(changes.on)).confirmed.extend(confirmed)
    return sorted(parts.items())


def _write(part: Changes, listed_names: Mapping[int, str]) -> None:
    above = {code for listed in part.added for code in codes.ancestors(listed.code)} - listed_names.keys()
    short_names = dict(Place.objects.filter(code__in=above).values_list("code", "short_name")) | dict(listed_names)
    with connection.cursor() as cursor, cursor.copy(f"COPY places_place ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for listed in part.added:
            copy.write_row(_row(listed.code, listed.name, short_names, valid_from=part.known_since(listed.code), stated_on=part.on))
    reopened = [known.code for known in part.reopened]
    Place.objects.filter(code__in=reopened).update(valid_until=None, stated_on=part.on)
    Succession.objects.filter(old__in=reopened).delete()
    for renamed in part.renamed:
        _rename(renamed.code, renamed.new, on=part.on)
    Place.objects.filter(code__in=[known.code for known in part.closed]).update(valid_until=part.on, stated_on=part.on)
    Place.objects.filter(code__in=part.confirmed).update(stated_on=part.on)


def _row(code: int, name: str, short_names: Mapping[int, str], *, valid_from: date | None, stated_on: date) -> tuple[object, ...]:
    """The columns of a new place, in the order of ``COLUMNS``."""
    short = short_names[code]
    reading = names.reading(short)
    full = names.full_name(short_names[each] for each in codes.chain(code) if each in short_names)
    return code, name, short, int(codes.level(code)), codes.parent(code) or None, full, reading.pinyin, reading.initials, valid_from, None, stated_on


def _rename(code: int, name: str, *, on: date) -> None:
    place = Place.objects.get(code=code)
    FormerName.objects.get_or_create(place=place, name=place.name, until=on, defaults={"short_name": place.short_name})
    before = place.full_name
    short = names.short_name(name, place.depth)
    reading = names.reading(short)
    place.full_name = before.removesuffix(place.short_name) + short
    place.name, place.short_name, place.pinyin, place.initials, place.stated_on = name, short, reading.pinyin, reading.initials, on
    place.save()
    if place.depth is not Level.VILLAGE and before != place.full_name:
        below = Place.objects.within(*place.span).exclude(code=code).filter(full_name__startswith=before)
        below.update(full_name=Concat(Value(place.full_name), Substr(F("full_name"), Length(Value(before)) + 1)))
