"""劝诫书, 训诫书 and 告诫书: the paper that is handed to a guardian."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongxing import printing
from tongxing.accounts.models import Post
from tongxing.children import cards, printouts
from tongxing.children import codes as child_codes
from tongxing.children.models import Child
from tongxing.crypto import actions as crypto
from tongxing.guardianship import codes
from tongxing.guardianship.actions import interventions
from tongxing.guardianship.models import Intervention
from tongxing.places import queries as places
from tongxing.printing.cards import clean

PAPER = "intervention_paper"
LAW = {
    "warning": "《中华人民共和国反家庭暴力法》第十六条",
    "": "《中华人民共和国未成年人保护法》第一百一十八条",
}
DEMANDS = {
    "unattended": "立即确定有照护能力的人照看孩子，不得使未满八周岁的孩子处于无人看护状态，不得使未满十六周岁的孩子脱离监护单独生活。",
    "refusal": "依法履行监护职责，保障孩子的生活、就学、就医。",
    "harm": "立即停止一切侵害行为，不得再次发生。",
    "vice": "戒除恶习，不得因此影响孩子的照护；不能履行监护职责的，依法委托他人照护。",
    "no_entrusting": "不能亲自照护的，及时委托有照护能力的成年人代为照护，并书面告知学校和村（居）民委员会。",
    "begging": "立即停止胁迫、诱骗、利用孩子乞讨的行为，送孩子回家、入学。",
    "crime": "立即停止教唆、利用孩子实施违法犯罪行为。",
    "schooling": "限期送孩子入学、复学，完成义务教育。",
    "no_contact": "与孩子、被委托人至少每周联系和交流一次。",
    "other": "依法履行监护职责。",
}


def notice_of(row: Intervention, *, by: Post) -> bytes:
    """The paper of one measure, naming the children it concerns as far as they are in the scope. Raises ``PrintError``."""
    title = codes.MEASURE[row.kind].paper
    return printing.render(PAPER, item(row, title), stamp=printouts.stamp(title, by, masked=False))


def item(row: Intervention, title: str) -> dict[str, Any]:
    rows = list(Intervention.objects.filter(act_key=row.act_key).order_by("child__born", "id"))
    names = dict(Child.objects.filter(pk__in=[each.child_id for each in rows]).values_list("pk", "name"))
    words = interventions.open_words(row, crypto.open_keys([row.child_id]).get(row.child_id))
    measure = codes.MEASURE[row.kind].label
    data = {
        "title": title,
        "number": row.number,
        "person": row.person_name,
        "relation": child_codes.RELATION[row.relation].label,
        "children": "、".join(names[each.child_id] for each in rows if each.child_id in names),
        "on": _day(row),
        "about": "、".join(codes.CONDUCT[each].label for each in row.about),
        "facts": words["facts"],
        "law": LAW.get(row.kind, LAW[""]),
        "measure": "告诫" if row.kind == "warning" else measure,
        "verb": "告诫" if row.kind == "warning" else "教育" if row.kind == "criticism" else measure,
        "next": f"{row.next_check.year}年{row.next_check.month}月{row.next_check.day}日" if row.next_check else "",
        "office": _office(row),
    }
    demands = [*_numbered([DEMANDS[each] for each in row.about]), *([words["words"]] if words["words"] else [])]
    return {key: clean(value) for key, value in data.items()} | {"demands": [clean(each) for each in demands]}


def _numbered(lines: Sequence[str]) -> list[str]:
    return [f"{number}．{line}" for number, line in enumerate(lines, 1)] if len(lines) > 1 else list(lines)


def _day(row: Intervention) -> str:
    return f"{row.on.year}年{row.on.month}月{row.on.day}日"


def _office(row: Intervention) -> str:
    if row.authority == "village":
        return cards.unit_name(places.short_names({row.scope_place}).get(row.scope_place, ""))
    return row.given_by if row.authority == "police" else codes.AUTHORITY[row.authority].label
