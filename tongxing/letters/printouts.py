"""A letter and the minutes of a meeting on paper."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import translation

from tongxing import printing
from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.finding.conditions import sees_names
from tongxing.children.printouts import stamp
from tongxing.children.queries.files import files
from tongxing.crypto.masking import mask_id_number, mask_name
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.files.outputs import Given
from tongxing.journal import actions as journal
from tongxing.letters import codes, queries
from tongxing.letters.actions.passing import due
from tongxing.letters.models import Attendance, Letter, Meeting
from tongxing.places import queries as places
from tongxing.printing.letters import Line, Minutes, OfficialLetter, Task
from tongxing.units.models import Unit

TITLE, MINUTES = "工作联系函", "联席会议纪要"
COLUMNS = ("姓名", "性别", "出生日期", "身份证号", "现居住地", "需求")


def letter(shown: Letter, *, by: Post, full: bool, link: str) -> Output:
    """The letter with its list as an output to take; the register of what was given to others names it. ``full``: with whole id numbers.

    Raises ``PrintError``.
    """
    lines = _lines(shown, by=by, full=full)
    with translation.override("zh-hans"):
        paper = OfficialLetter(
            kind="协办单" if shown.is_order else TITLE,
            number=shown.number,
            title=shown.title,
            text=shown.text,
            office=office(shown.drafter),
            on=_day(shown.sent_on) if shown.sent_on else "",
            due=_day(due(shown.county, shown.sent_on, shown.days)) if shown.sent_on else "",
            drafter=shown.drafter.person.name,
            link=link,
            lines=lines,
            draft=shown.sent_on is None,
        )
        pdf = printing.render("official_letter", paper.data(), stamp=stamp(TITLE, by, masked=not full))
        recipient = codes.ADDRESSEE.text(shown.department)
    title = f"{TITLE}{shown.number}"
    children = {line.child.id: line.child.scope_place for line in queries.lines(shown) if line.child}
    output = outputs.ask(kind=OutputKind.PRINT, title=title, asked={"letter": str(shown.id)}, total=max(1, len(lines)), masked=not full, why=shown.title, place=by.place_id, by=by)
    given = Given(recipient=recipient, purpose=shown.title, columns=COLUMNS, children=len(children), place=shown.scope_place, masked=not full)
    outputs.finish(output_id=output.id, content=pdf, media_type="application/pdf", file_name=f"{title}.pdf", given=given if children and by.may("letters.write") else None)
    journal.note_given(by=by, children=children.items(), what=("name", "id_number") if full else ("name",), why=shown.title)
    return output


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _lines(shown: Letter, *, by: Post, full: bool) -> list[Line]:
    rows = [line for line in queries.lines(shown) if line.child and not line.item.ended]
    found = files([line.child.id for line in rows if line.child], ())
    named = places.full_names({line.item.scope_place for line in rows})
    made = []
    for line in rows:
        assert line.child is not None
        child, file = line.child, found.get(line.child.id)
        number = file.open(file.child, "id_number") if file else ""
        with translation.override("zh-hans"):
            words: dict[str, Any] = {"sex": child_codes.SEX.text(child.sex) if child.sex in ("1", "2") else "", "need": codes.NEED.text(line.item.kind)}
        made.append(
            Line(
                name=child.name if sees_names(by) else mask_name(child.name),
                born=child.born.isoformat(),
                id_number=number if full else mask_id_number(number) if number else "无",
                place=named.get(child.scope_place, "").removeprefix(shown.drafter.place.full_name),
                note=line.note,
                **words,
            )
        )
    return made


def minutes(meeting: Meeting, *, by: Post) -> Output:
    """The minutes with who came and who does what. Raises ``PrintError``."""
    attendance = list(Attendance.objects.filter(meeting=meeting).select_related("member").order_by("member__name"))
    paper = Minutes(
        title=meeting.title,
        on=_day(meeting.on),
        room=meeting.room,
        came="、".join(f"{row.member.name}{f'（{row.who}）' if row.who else ''}" for row in attendance if row.came),
        absent="、".join(row.member.name for row in attendance if not row.came),
        agenda=meeting.agenda,
        minutes=meeting.minutes,
        tasks=[
            Task(words=action.words, owner=action.owner.name, due=action.due_on.isoformat())
            for action in meeting.actions.filter(dropped_on=None).select_related("owner").order_by("due_on")
        ],
        office=office(meeting.post),
    )
    pdf = printing.render("minutes", paper.data(), stamp=stamp(MINUTES, by, masked=True))
    output = outputs.ask(
        kind=OutputKind.PRINT, title=f"{MINUTES} {meeting.on.isoformat()}", asked={"meeting": str(meeting.id)}, total=1, masked=True, why="", place=by.place_id, by=by
    )
    outputs.finish(output_id=output.id, content=pdf, media_type="application/pdf", file_name=f"{meeting.title}.pdf")
    return output


def office(post: Post) -> str:
    """Who signs: the office's unit, or what its place is called."""
    name = post.unit_name or Unit.objects.filter(kind="department", department="civil_affairs", place=post.place_id, valid_until=None).values_list("name", flat=True).first()
    return name or post.place.name
