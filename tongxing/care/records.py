"""The books of the work on paper: a child's growth record (成长记录册) and a director's work record (主任工作记录)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from tongxing import printing
from tongxing.accounts.models import Post
from tongxing.care import growth as growths
from tongxing.care import reading, referring
from tongxing.care.reading import Line
from tongxing.children import codes
from tongxing.children.cards import file_number
from tongxing.children.file import File
from tongxing.children.models import Child
from tongxing.children.page import words
from tongxing.children.printouts import stamp
from tongxing.files import intake, storage
from tongxing.forms import queries as forms
from tongxing.forms import wording
from tongxing.forms.shapes import Definition
from tongxing.forms.wording import Names
from tongxing.log import papers as paper_files
from tongxing.log import queries as log
from tongxing.log.models import Entry, Participation
from tongxing.log.queries import Filter
from tongxing.places import queries as places
from tongxing.printing.cards import framed

GROWTH, WORK = "growth_record", "work_record"
TITLES = {GROWTH: "儿童成长记录册", WORK: "儿童主任工作记录"}
CURVES = (("height", "身高", "厘米"), ("weight", "体重", "千克"))
MOST_ENTRIES, MOST_PICTURES, MOST_ROWS = 400, 24, 1500
DAYS_A_YEAR = 365.25


def growth(file: File, since: date, until: date, *, by: Post, full: bool) -> bytes:
    """One child's growth record as a PDF. ``full``: with what was said in talks, and pictures. Chinese, whoever prints it. Raises ``PrintError``."""
    with translation.override("zh-hans"):
        item = _growth(file, since, until, by, full=full)
    return printing.render(GROWTH, item, stamp=stamp(TITLES[GROWTH], by, masked=not full))


def work(person_id: UUID, name: str, role: str, since: date, until: date, *, by: Post) -> tuple[bytes, Collection[Child]]:
    """What one person did, day by day, as a PDF: for whom, what; no words of a talk; and the children it names. Raises ``PrintError``."""
    with translation.override("zh-hans"):
        item, named = _work(person_id, name, role, since, until)
    return printing.render(WORK, item, stamp=stamp(TITLES[WORK], by, masked=True)), named


def _growth(file: File, since: date, until: date, by: Post, *, full: bool) -> dict[str, Any]:
    child = file.child
    parts = list(log.timeline(child.id, Filter(since=since, until=until)).filter(restricted_to=None)[:MOST_ENTRIES])
    moments = log.moments(parts)[::-1]
    names = referring.names(((moment.form, moment.answers) for moment in moments), children=False)  # another child's name is not this family's
    lines = [_open(moment, by, names, full=full) for moment in moments]
    pictures = _pictures(moments) if full else {}
    counts = Counter(line.kind for line in lines)
    months = [
        {"title": f"{month.year}年{month.month}月", "entries": [_entry(line, pictures.get(line.id, [])) for line in found]}
        for month, found in groupby(lines, key=lambda line: line.on.replace(day=1))
    ]
    school = file.current(file.schoolings, until)
    facts = (
        ("姓名", child.name),
        ("性别", codes.SEX.text(child.sex)),
        ("出生日期", child.born.isoformat()),
        ("村（社区）", places.full_names({child.scope_place}).get(child.scope_place, "")),
        ("就读学校", words.schooling(school)),
        ("档案编号", file_number(file)),
    )
    return {
        "number": file_number(file),
        "qr": None,
        "period": _period(since, until),
        "facts": facts,
        "curves": [each for each in (_curve(child, *curve, until) for curve in CURVES) if each["points"]],
        "grades": _grades(child, since, until),
        "months": months,
        "counts": _counted(counts),
        "note": "" if full else "谈话内容和照片没有印出。",
    }


def _open(moment: log.Moment, by: Post, names: Names, *, full: bool) -> Line:
    sealed = {each.id for each in moment.form.fields() if each.sensitive}
    answers = moment.answers if full else {key: value for key, value in moment.answers.items() if key not in sealed}
    return reading.line(log.Moment(moment.entry, moment.part, moment.form, answers), (), by, names)


def _entry(line: Line, pictures: Sequence[str]) -> dict[str, Any]:
    who = "　".join(filter(None, (f"{line.doer}（{line.role}）" if line.role else line.doer, line.where, reading.met([line.seen], line.spoken_to), line.attempt, line.late)))
    return {"on": line.on.isoformat(), "kind": line.kind, "who": who, "said": [(one.label, one.text) for part in line.parts for one in part.said], "pictures": pictures}


def _pictures(moments: Sequence[log.Moment]) -> Mapping[UUID, list[str]]:
    """Pictures in the size of the page, as far as their files are there."""
    found: dict[UUID, list[str]] = {}
    held = log.papers_of(moment.entry for moment in moments).items()
    papers = [(entry_id, paper) for entry_id, papers in held for paper in papers if paper.media_type == "image/jpeg"]
    for entry_id, paper in papers[:MOST_PICTURES]:
        try:
            small = intake.thumbnail(paper_files.content(paper), (480, 480))
        except storage.FileMissing:
            continue
        found.setdefault(entry_id, []).append(framed(small, width=60, height=60, whole=True))
    return found


def _curve(child: Child, field: str, title: str, unit: str, until: date) -> dict[str, Any]:
    """All measurements up to that day: a curve of one year says little."""
    points = [((on - child.born).days / DAYS_A_YEAR, value, f"{value:g}") for on, value in log.measured(child.id, field) if on <= until]
    return {"title": title, "unit": unit, "points": points, "lines": growths.lines(field, child.sex, [point[0] for point in points])}


def _grades(child: Child, since: date, until: date) -> list[list[str]]:
    form = forms.definition("grades")
    found = []
    for part in log.timeline(child.id, Filter(kind="grades", since=since, until=until)).reverse():
        said = {**part.entry.answers, **part.answers}
        found.append(
            [
                part.on.isoformat(),
                *(wording.text(form.field(key), said[key]).removesuffix(" 分") if key in said else "" for key in ("exam", "chinese", "maths", "english", "level")),
            ]
        )
    return found


def _work(person_id: UUID, name: str, role: str, since: date, until: date) -> tuple[dict[str, Any], Collection[Child]]:
    entries = list(log.done_by(person_id, since, until)[:MOST_ROWS])
    parts: dict[UUID, list[UUID]] = {}
    seen: dict[UUID, list[bool | None]] = {}
    for entry_id, child_id, was_seen in Participation.objects.filter(entry__in=entries, dropped=False).values_list("entry_id", "child_id", "seen"):
        parts.setdefault(entry_id, []).append(child_id)
        seen.setdefault(entry_id, []).append(was_seen)
    named = Child.objects.only("name", "scope_place").in_bulk({child for children in parts.values() for child in children})
    rows, counts = [], Counter[str]()
    referred = referring.names((forms.written_with(entry.form_version_id), entry.answers) for entry in entries)
    for entry in entries:
        form = forms.written_with(entry.form_version_id)
        children = [named[child].name for child in parts.get(entry.id, []) if child in named]
        whom = "" if entry.restricted_to is not None else "、".join(children[:4]) + (f"等{len(children)}人" if len(children) > 4 else "")
        sealed = {each.id for each in form.fields() if each.sensitive}
        said = "" if entry.restricted_to is not None else wording.summary(form, {key: value for key, value in entry.answers.items() if key not in sealed}, names=referred)
        rows.append([f"{entry.on:%Y-%m-%d}", _(form.form.label), whom, _("；").join(filter(None, (_how(entry, form, seen.get(entry.id, [])), said)))])
        counts[_(form.form.label)] += 1
    return {"number": "", "qr": None, "period": _period(since, until), "who": f"{name}　{role}", "counts": _counted(counts), "rows": rows}, named.values()


def _how(entry: Entry, form: Definition, seen: Sequence[bool | None]) -> str:
    """Who was seen and spoken to, whether it came to something, and when it was written down."""
    met = reading.met(seen, reading.spoken_to(entry)) if entry.restricted_to is None else ""
    return _("；").join(filter(None, (met, reading.attempted(form, seen=any(seen)) if entry.attempt else "", reading.late(entry))))


def _counted(counts: Counter[str]) -> str:
    return "，".join(f"{kind}{n}次" for kind, n in counts.most_common()) or "没有记录"


def _period(since: date, until: date) -> str:
    return f"{since.year}年{since.month}月{since.day}日—{until.year}年{until.month}月{until.day}日"
