"""A form as a list: a row is one entry. Made from the definition, so that the sheet asks what the page asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_noop as noop

from tongxing.forms.loading import SPOKEN_TO, WHERE
from tongxing.forms.shapes import Definition, Field
from tongxing.ledgers.catalogue import Catalogue, Choice, Column, Kind, normalised

PREFIX: Final = "entry_"
QUESTION: Final = "q_"  # in front of a field's id
ON, NAMES, BORN, NUMBER, VILLAGE, WHERE_, SEEN, SPOKEN, DOER = "on", "names", "born", "id_number", "village", "where", "seen", "spoken_to", "doer"
WHO: Final = frozenset({NAMES, BORN, NUMBER, VILLAGE, DOER})  # what a sheet with names has before it is filled in
SHELF: Final = "care:sheet"
KINDS: Final = {
    "text": Kind.TEXT,
    "long": Kind.TEXT,
    "number": Kind.NUMBER,
    "scale": Kind.NUMBER,
    "choice": Kind.CODE,
    "choices": Kind.CODES,
    "date": Kind.DATE,
    "place": Kind.TEXT,
    "person": Kind.NAME,
    "child": Kind.NAME,
}
NOTE: Final = noop("一行登记一次工作。红色标题必须填写；灰色的示例行不会导入，可以删去。做过的才填，导入后不能涂改，写错了可以更正。照片在导入以后到记录里补。")
WIDE: Final = 30


def importable(definition: Definition) -> bool:
    """Whether entries of this kind can stand in a list: not what only named people read, nor what is about a school, a class or a home alone."""
    about = definition.form.about
    return not definition.form.restricted and bool({"child", "place", "post"} & set(about)) and not any(each.attached and each.required for each in definition.fields())


def takes_children(definition: Definition) -> bool:
    return definition.form.children != "none"


def needs_children(definition: Definition) -> bool:
    """Whether an entry without a child is none."""
    form = definition.form
    return form.about == ("child",) or form.children in ("one", "household")


def several(definition: Definition) -> bool:
    """Whether a row may name several children who took part together."""
    return definition.form.children == "many"


def catalogue(definition: Definition) -> Catalogue:
    """The columns of the list: when, who, what makes it believable, then the form's own questions."""
    form = definition.form
    columns = list(_frame(definition))
    taken = {normalised(heading) for column in columns for heading in (column.heading, *column.aliases)}
    for section in definition.section:
        for each in section.field:
            if each.attached:
                continue
            heading = each.label if normalised(each.label) not in taken else f"{section.label}{each.label}"
            while normalised(heading) in taken:
                heading += "2"
            taken.add(normalised(heading))
            columns.append(_question(each, heading))
    return Catalogue(id=f"{PREFIX}{form.id}", title=form.label, columns=tuple(columns), keys=(ON,), note=NOTE, source=form.source, shelf=SHELF, ignored=("年龄", "备注"))


def _frame(definition: Definition) -> Iterator[Column]:
    form = definition.form
    yield Column(key=ON, heading="日期", kind=Kind.DATE, required=True, past=True, aliases=("时间", "工作日期", f"{form.label}日期", f"{form.label}时间"), example="2026-03-05")
    if takes_children(definition):
        many = several(definition)
        yield Column(
            key=NAMES,
            heading="儿童姓名",
            kind=Kind.TEXT if many else Kind.NAME,
            required=needs_children(definition),
            aliases=("姓名", "孩子姓名", "儿童", "孩子", "学生姓名", "参加的孩子"),
            longest=2000,
            width=WIDE if many else 12,
            help="几名孩子一起参加的，写在一格里，用顿号隔开；下面填的对每个孩子都一样" if many else "",
            example="张子轩、李思源" if many else "张子轩",
        )
        yield Column(
            key=VILLAGE,
            heading="村（社区）",
            kind=Kind.PLACE,
            aliases=("村", "社区", "所在村", "居住地", "村居"),
            width=18,
            help="有同名的孩子时要写",
            example="冯家湾社区",
        )
        yield Column(key=BORN, heading="出生日期", kind=Kind.DATE, past=True, help="同村有同名的孩子时要写", example="2016-05-01")
        yield Column(key=NUMBER, heading="身份证号", kind=Kind.ID_NUMBER, secret=True, aliases=("身份证号码", "证件号"), width=20, help="一名孩子的才写，可以不写")
    else:
        yield Column(key=VILLAGE, heading="村（社区）", kind=Kind.PLACE, aliases=("村", "社区", "地点"), width=18, help="不写就是您自己的地方", example="冯家湾社区")
    if form.where:
        choices = tuple(Choice(value, WHERE[value].label) for value in form.where)
        yield Column(key=WHERE_, heading="在哪里", kind=Kind.CODE, required=len(choices) > 1, choices=choices, example=choices[0].label)
    if "seen" in form.asks:
        yield Column(key=SEEN, heading="见到孩子本人", kind=Kind.YES_NO, required=True, aliases=("是否见到孩子", "见到孩子"), example="是")
    if "spoken_to" in form.asks:
        choices = tuple(Choice(each.value, each.label) for each in SPOKEN_TO if each.value in (form.spoken_to or SPOKEN_TO.values()))
        yield Column(
            key=SPOKEN, heading="和谁谈过", kind=Kind.CODES, required=not definition.answered_by, choices=choices, aliases=("谈话对象",), width=16, example=choices[0].label
        )
    yield Column(
        key=DOER,
        heading="谁做的",
        kind=Kind.NAME,
        aliases=("儿童主任", "走访人", "负责人", "登记人", "工作人员"),
        help="做这件事的人的姓名；不写就是导入的人自己",
        example="李大妹",
    )


def _question(each: Field, heading: str) -> Column:
    unit = each.unit and f"（{each.unit}）"
    conditional = bool(each.show_if or each.required_if)
    help_ = "；".join(filter(None, (each.hint, "可以写几项，用顿号隔开" if each.type == "choices" else "", "只在问到时填" if conditional else "")))
    return Column(
        key=f"{QUESTION}{each.id}",
        heading=heading,
        aliases=(f"{heading}{unit}",) if unit and normalised(heading) != normalised(f"{heading}{unit}") else (),
        kind=KINDS[each.type],
        required=each.required and not conditional,
        choices=tuple(Choice(choice.value, choice.label) for choice in each.choices),
        width=WIDE if each.type == "long" else 14,
        help=" ".join(filter(None, (help_, unit and f"单位：{each.unit}"))),
        example=each.choices[0].label if each.choices else "",
        longest=4000 if each.type == "long" else 200,
        whole=each.type in ("number", "scale") and not each.decimals,
        secret=each.sensitive,
    )
