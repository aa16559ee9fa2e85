"""Papers of a case: the case file, the notice to the township (P8-6), the written report of a pupil who dropped out (P8-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongxing import printing
from tongxing.accounts.models import Post
from tongxing.children.printouts import stamp
from tongxing.files import outputs
from tongxing.files.models import Output, OutputKind
from tongxing.ground.today import CHINA, today
from tongxing.printing.cards import clean
from tongxing.protection.cases.page import Page

PAPER = "case_paper"
FILE, NOTICE, WRITTEN = "case_file", "case_notice", "dropout_report"
TITLES = {FILE: "个案材料", NOTICE: "紧急处置情况通报书", WRITTEN: "劝返无效情况报告书"}

type Part = dict[str, Any]


def part(title: str, *, text: Sequence[str] = (), heads: Sequence[str] = (), rows: Sequence[Sequence[str]] = (), widths: Sequence[int] = ()) -> Part:
    """A section; ``widths`` in millimetres, 0 takes what is left."""
    return {"title": title, "text": [clean(each) for each in text], "heads": list(heads), "rows": [[clean(cell) for cell in row] for row in rows], "widths": list(widths)}


def at(moment: datetime | None) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment else ""


def make(sheet: str, page: Page, *, by: Post, why: str) -> Output:
    """The paper as a PDF, kept for whoever asked. Raises ``PrintError``."""
    item = {FILE: _file, NOTICE: _notice, WRITTEN: _written}[sheet](page)
    pdf = printing.render_many(PAPER, [item], stamp=stamp(TITLES[sheet], by, masked=False))
    output = outputs.ask(kind=OutputKind.PRINT, title=TITLES[sheet], asked={"sheet": sheet}, total=1, masked=False, why=why, place=by.place_id, by=by)
    outputs.finish(output_id=output.id, content=pdf, media_type="application/pdf", file_name=f"{TITLES[sheet]}-{today():%Y%m%d}.pdf")
    return output


def _heading(page: Page, title: str, *, to: str = "", facts: Sequence[tuple[str, str]] = (), parts: Sequence[Part] = (), signs: Sequence[str] = ()) -> dict[str, Any]:
    case = page.look.case
    return {
        "title": title,
        "number": _("个案编号：%(number)s") % {"number": case.number},
        "to": to,
        "facts": [[name, clean(value)] for name, value in facts],
        "parts": list(parts),
        "signs": list(signs),
    }


def _facts(page: Page) -> list[tuple[str, str]]:
    case = page.look.case
    return [
        ("儿童", "、".join(each.name for each in page.children) or "待查"),
        ("情形", page.situation),
        ("地点", page.place),
        ("报告时间", at(case.opened_at)),
        ("状态", page.state[1]),
        ("风险等级", page.colour[1] if page.colour else "未评估"),
    ]


def _reports(page: Page) -> Part:
    rows = [[at(each.row.told_at), each.row.number, each.situation, "。".join(filter(None, (each.words.get("where", ""), each.words.get("words", ""))))] for each in page.reports]
    return part("一、报告情况", heads=("时间", "受理编号", "情形", "内容"), rows=rows, widths=(31, 30, 28, 0))


def _tasks(page: Page, title: str) -> Part:
    rows = [[each.name, each.owner, at(each.row.due_at), ("跳过 " if each.row.skipped else "") + at(each.row.done_at), each.result] for each in [*page.jobs, *page.measures]]
    return part(title, heads=("任务", "责任人", "期限", "办结", "办理情况"), rows=rows, widths=(42, 32, 28, 28, 0))


def _stays(page: Page, title: str) -> Part:
    rows = [[at(each.row.since), at(each.row.until), each.kind, each.words.get("with", ""), each.words.get("where", "")] for each in page.stays]
    return part(title, heads=("开始", "结束", "去处", "由谁照料", "地址"), rows=rows, widths=(30, 30, 36, 28, 0))


def _file(page: Page) -> dict[str, Any]:
    judging = page.judging
    confirmed = [f"第{each.row.round}轮：{each.band[1]}（{each.who}，{at(each.row.at)}）。{each.why}" for each in (judging.confirmed if judging else [])]
    history = [[at(each.at), each.text, "　".join(filter(None, (each.more, each.words.get("words", "")))), each.who] for each in reversed(page.history)]
    parts = [
        _reports(page),
        _tasks(page, "二、任务和措施"),
        part("三、评估", text=confirmed or ["还没有确认评估等级。"]),
        _stays(page, "四、临时安置"),
        part("五、经过", heads=("时间", "事项", "内容", "办理人"), rows=history, widths=(31, 34, 0, 22)),
    ]
    return _heading(page, "个案材料", facts=_facts(page), parts=parts, signs=("经办人（签名）：", "负责人（签名）："))


def _notice(page: Page) -> dict[str, Any]:
    place = page.place
    text = [f"根据强制报告和应急处置的规定，现将{place}“{page.situation}”的处置情况通报如下，请协助做好调查评估、帮扶干预和监护监督工作。"]
    parts = [part("一、基本情况", text=text), _tasks(page, "二、应急处置情况"), _stays(page, "三、临时监护照料")]
    return _heading(
        page, TITLES[NOTICE], to="乡镇人民政府（街道办事处）", facts=_facts(page)[:4], parts=parts, signs=("通报单位（盖章）：", "　　　　年　　月　　日", "签收人：", "签收时间：")
    )


def _written(page: Page) -> dict[str, Any]:
    visits: list[Mapping[str, str]] = [words for line, words in page.persuasions if line.verb == "persuaded"]
    times = [at(line.on_at or line.at) for line, _words in page.persuasions if line.verb == "persuaded"]
    rows = [[when, said.get("went", ""), said.get("met", ""), said.get("words", "")] for when, said in zip(times, visits, strict=True)]
    said = [words.get("words", "") for line, words in page.persuasions if line.verb == "reported_in_writing"]
    parts = [part("一、劝返经过", heads=("时间", "谁去的", "见到谁", "怎么说的"), rows=rows, widths=(31, 28, 28, 0)), part("二、结果和建议", text=said)]
    return _heading(page, TITLES[WRITTEN], to="教育局、乡镇人民政府（街道办事处）", facts=_facts(page)[:4], parts=parts, signs=("报告单位（盖章）：", "　　　　年　　月　　日"))
