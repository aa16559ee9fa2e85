"""A ledger as a township sends it: title, merged headings, old habits, and a dozen mistakes to be found and mended.

Most rows are children whom the register does not know yet; some it knows already, unchanged or with a new telephone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from tongxing.children import codes
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.new import NewChild, NewRelative
from tongxing.children.rules.ages import age
from tongxing.demo.county import County, Household, villages
from tongxing.places import queries as places
from tongxing.places.models import Place

TOWNSHIP = 420506103000  # 分乡镇
NAME = "样例台账.xlsx"
NEW_HOUSEHOLDS = 26
KNOWN = 8
PARENTS = {"51": "father", "52": "mother"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as this township heads it: the catalogue's key (empty: nothing the register reads), its words, its group."""

    key: str
    words: str
    group: str = ""
    width: int = 10


HEADINGS = (
    Heading("", "序号", width=5),
    Heading("name", "儿童姓名"),
    Heading("sex", "性别", width=5),
    Heading("ethnic_group", "民族", width=7),
    Heading("born", "出生年月日", width=12),
    Heading("id_number", "身份证号", width=21),
    Heading("age", "年龄", width=5),
    Heading("registration", "是否登记户口"),
    Heading("residence", "村（社区）", width=12),
    Heading("residence_address", "现居地详细地址"),
    Heading("living_with", "现与谁共同生活"),
    Heading("health", "身体状况"),
    Heading("disability_kind", "残疾类别"),
    Heading("disability_grade", "残疾等级"),
    Heading("school_stage", "就学情况"),
    Heading("school", "就读学校", width=18),
    Heading("grade_class", "年级班级", width=12),
    Heading("boarding", "是否寄宿"),
    *(
        Heading(f"{side}_{key}", words, group, width)
        for side, group in (("father", "父亲"), ("mother", "母亲"))
        for key, words, width in (("name", "姓名", 9), ("phone", "联系电话", 13), ("place", "务工地点", 18), ("since", "外出时间", 10), ("circumstance", "情形", 10))
    ),
    Heading("entrusted_name", "姓名", "受委托监护人", 9),
    Heading("entrusted_relation", "与儿童关系", "受委托监护人"),
    Heading("entrusted_phone", "联系电话", "受委托监护人", 13),
    Heading("guardianship", "监护类型", width=14),
    Heading("income", "家庭主要经济来源", width=14),
    Heading("aid", "享受救助情况"),
    Heading("remarks", "备注", width=14),
)

type Cells = dict[str, Any]


def write(county: County, households: list[Household], folder: Path) -> Path:
    """Write the sample into the folder; return its path."""
    township = places.by_code(TOWNSHIP)
    assert township
    rng = Random(county.children)  # noqa: S311 - the same ledger every time
    rows = [_cells(child, county.now) for child in _chosen(county, households, township)]
    _spoil(rows, rng)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / NAME, township, rows, county.now)
    return folder / NAME


def _chosen(county: County, households: list[Household], township: Place) -> list[NewChild]:
    homes = [village.code for village in villages([township])]
    known = [child for household in households if household.village in homes for child in household.children if child.fields.get("id_number")]
    fresh = [child for _number in range(NEW_HOUSEHOLDS) for child in county.household(county.rng.choice(homes), 1, on=county.now).children]
    return [*fresh[: NEW_HOUSEHOLDS // 2], *county.rng.sample(known, k=min(KNOWN, len(known))), *fresh[NEW_HOUSEHOLDS // 2 :]]


def _cells(child: NewChild, on: date) -> Cells:
    """One row, every value in the words of the form."""
    fields = child.fields
    born = fields["born"]
    assert isinstance(born, date)
    place = places.by_code(child.place)
    cells: Cells = {
        "name": fields["name"],
        "sex": codes.SEX.text(str(fields["sex"])),
        "ethnic_group": _label("ethnic_group", fields.get("ethnic_group")),
        "born": born,
        "id_number": fields.get("id_number", ""),
        "age": age(born, on).years,
        "registration": {"none": "否"}.get(str(fields.get("registration")), "是"),
        "residence": place.short_name if place else "",
        "residence_address": child.residence.address,
        "living_with": _label("living_with", child.residence.living_with),
        "health": _label("health", fields.get("health")),
        "disability_kind": _label("disability_kind", fields.get("disability_kind")),
        "disability_grade": _label("disability_grade", fields.get("disability_grade")),
        "guardianship": _label("guardianship", child.guardianship.kind if child.guardianship else ""),
        "income": "、".join(_label("income", each) for each in _several(fields.get("income"))),
        "aid": "、".join(_label("aid", each) for each in _several(fields.get("aid"))),
    }
    if school := child.schooling:
        cells |= {
            "school_stage": _label("school_stage", school.stage),
            "school": school.school_name,
            "grade_class": school.class_name,
            "boarding": _label("boarding", school.boarding),
        }
    for relative in child.relatives:
        cells |= _relative(relative)
    return cells


def _relative(relative: NewRelative) -> Cells:
    cells: Cells = {}
    if side := PARENTS.get(relative.relation):
        cells |= {f"{side}_name": relative.name, f"{side}_phone": relative.phone}
        if away := next((each for each in relative.absences if each.until is None), None):
            cells |= {f"{side}_place": away.where, f"{side}_since": f"{away.since:%Y-%m}"}
        if relative.circumstances:
            cells[f"{side}_circumstance"] = codes.CIRCUMSTANCE.text(relative.circumstances[0].kind)
    if relative.entrusted:
        cells |= {"entrusted_name": relative.name, "entrusted_relation": codes.RELATION.text(relative.relation), "entrusted_phone": relative.phone}
    return cells


def _several(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _label(key: str, value: object) -> str:
    return next((choice.label for choice in CATALOGUE.by_key[key].choices if choice.value == value), "") if value else ""


def _born(cells: Cells) -> date:
    born: date = cells["born"]
    return born


# What goes wrong in real ledgers: each spoils one row.
MISTAKES: tuple[Callable[[Cells], Cells], ...] = (
    lambda cells: {"id_number": _turned(str(cells["id_number"]))},  # a digit mistyped
    lambda cells: {"id_number": str(cells["id_number"])[:-1]},  # one digit missing
    lambda cells: {"id_number": float(str(cells["id_number"])[:17] + "0") if cells["id_number"] else 4.2e17},  # kept as a number: digits lost
    lambda cells: {"born": f"{_born(cells).year}-02-30", "id_number": ""},  # no such day
    lambda cells: {"residence": "张家老屋村"},  # no such village in this county
    lambda cells: {"father_phone": "1540012345"},  # ten digits
    lambda cells: {"school_stage": "四年级在读"},  # no such stage
    lambda cells: {"sex": "女" if cells["sex"] == "男" else "男"},  # contradicts the id number
    lambda cells: {"name": "小宝2"},  # no name
    lambda cells: {"residence": ""},  # left empty
    lambda cells: {"guardianship": "较差"},  # none of the five kinds
    lambda cells: {"mother_since": "去年腊月"},  # no date
)
# What only looks wrong: to be understood.
HABITS: tuple[Callable[[Cells], Cells], ...] = (
    lambda cells: {"born": f"{_born(cells):%Y.%m.%d}"},
    lambda cells: {"born": f"{_born(cells).year}年{_born(cells).month}月{_born(cells).day}日"},
    lambda cells: {"name": " ".join(str(cells["name"]))},
    lambda cells: {"father_phone": _dashed(str(cells.get("father_phone") or "15400000000"))},
    lambda cells: {"id_number": f" {cells['id_number']} "},
    lambda cells: {"residence": str(cells["residence"]).removesuffix("村") + "村委会"},
    lambda cells: {"born": f"{_born(cells):%Y%m%d}"},
)


def _turned(number: str) -> str:
    """Two neighbouring digits exchanged."""
    return number[:8] + number[9] + number[8] + number[10:] if len(number) == 18 and number[8] != number[9] else "420599201402290011"


def _dashed(number: str) -> str:
    return f"{number[:3]}-{number[3:7]}-{number[7:]}"


def _spoil(rows: list[Cells], rng: Random) -> None:
    """Put each mistake and each habit into a row of its own, and one child in twice."""
    usable = [at for at, cells in enumerate(rows) if cells["id_number"]]
    chosen = rng.sample(usable, k=min(len(usable), len(MISTAKES) + len(HABITS)))
    for at, change in zip(chosen, (*MISTAKES, *HABITS), strict=False):
        rows[at] |= change(rows[at])
    untouched = [at for at in usable if at not in chosen]
    if untouched:
        rows.append(dict(rows[untouched[0]]))


def _write(path: Path, township: Place, rows: list[Cells], on: date) -> None:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("台账")
        head = book.add_format({"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True})
        plain, day = book.add_format({"border": 1}), book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
        last = len(HEADINGS) - 1
        sheet.merge_range(0, 0, 0, last, f"{township.short_name}农村留守儿童和困境儿童信息台账", book.add_format({"bold": True, "font_size": 16, "align": "center"}))
        sheet.write(1, 0, f"填报单位（盖章）：{township.short_name}人民政府")
        sheet.write(1, last - 3, f"填报日期：{on:%Y-%m-%d}")
        _heads(sheet, head)
        for number, cells in enumerate(rows, start=1):
            line = number + 3
            for at, heading in enumerate(HEADINGS):
                value = number if heading.words == "序号" else cells.get(heading.key, "")
                if isinstance(value, date):
                    sheet.write_datetime(line, at, value, day)
                else:
                    sheet.write(line, at, value, plain)
        foot = len(rows) + 4
        sheet.write(foot, 0, "合计")
        sheet.write(foot, 1, f"{len(rows)}人")
        sheet.write(foot + 1, 0, "负责人：            复核人：            填表人：")
        sheet.freeze_panes(4, 2)


def _heads(sheet: Any, head: Any) -> None:
    """Two lines: groups over their columns, single headings over both."""
    at = 0
    while at < len(HEADINGS):
        heading = HEADINGS[at]
        sheet.set_column(at, at, heading.width)
        if not heading.group:
            sheet.merge_range(2, at, 3, at, heading.words, head)
            at += 1
            continue
        end = at
        while end + 1 < len(HEADINGS) and HEADINGS[end + 1].group == heading.group:
            end += 1
        sheet.merge_range(2, at, 2, end, heading.group, head)
        for column in range(at, end + 1):
            sheet.set_column(column, column, HEADINGS[column].width)
            sheet.write(3, column, HEADINGS[column].words, head)
        at = end + 1
