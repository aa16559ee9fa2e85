"""Any shuffled and dirtied workbook, through the whole pipeline against a database: no row is lost, none comes twice, and all of it can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from tongxing.accounts.jobs import under
from tongxing.accounts.models import Post
from tongxing.children.ledger.catalogue import CATALOGUE
from tongxing.children.models import Child
from tongxing.children.tests.digest import register
from tongxing.children.tests.ledger.test_kind import FULL, sheet
from tongxing.children.tests.make import id_number
from tongxing.ground.today import today
from tongxing.imports import actions as imports
from tongxing.imports import queries, steps
from tongxing.imports.models import ImportRow, ImportRun
from tongxing.imports.states import State
from tongxing.ledgers import reading
from tongxing.ledgers.tests.sample import xls, xlsx

pytestmark = pytest.mark.django_db

COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "儿童姓名", " 姓 名 ", "*姓名"),
    "id_number": ("身份证号码", "身份证号", "公民身份号码"),
    "residence": ("现居住村（社区）", "村（社区）"),
    "sex": ("性别",),
    "born": ("出生日期", "出生年月日"),
    "living_with": ("现与谁共同生活", "与谁生活"),
    "father_name": ("父亲姓名",),
    "father_phone": ("父亲联系电话", "父亲电话"),
    "father_place": ("父亲务工地点",),
    "guardianship": ("监护类型",),
    "remarks": ("备注",),
}
BORN = [date(2014, 3, 5), date(2015, 7, 21), date(2016, 11, 2), date(2017, 1, 30), date(2013, 9, 9)]
NUMBERS = [id_number(born) for born in BORN]
POOL: list[dict[str, object]] = [
    {"name": "张子轩", "id_number": NUMBERS[0], "residence": "冯家湾社区", "sex": "男", "born": BORN[0], "father_name": "张大山", "father_phone": "13812345678"},
    {"name": "王梓涵", "id_number": NUMBERS[1], "residence": "兴安社区", "born": BORN[1], "living_with": "爷爷奶奶", "guardianship": "一般"},
    {"name": "李浩然", "id_number": "", "residence": "冯家湾社区", "born": BORN[2], "sex": "男", "father_name": "李四海", "father_place": "广东东莞"},
    {"name": "赵诗雨", "id_number": NUMBERS[3], "residence": "冯家湾", "sex": "男", "born": BORN[3], "remarks": "=1+1"},
    {"name": "陈怡佳", "id_number": NUMBERS[4], "residence": "兴安社区", "born": BORN[4], "father_name": "陈大海", "father_place": "浙江宁波", "guardianship": "较好"},
]
FAMILY = ("father", "mother", "entrusted", "grand")
ALONE: dict[str, object] = {key: value for key, value in FULL.items() if not key.startswith(FAMILY)}
KNOWN: list[dict[str, object]] = [
    POOL[0] | {"father_phone": "13900000000", "living_with": "祖父母"},
    ALONE | {"name": "陈怡佳", "id_number": NUMBERS[4], "residence": "兴安社区"},
]
DIRT: dict[str, Sequence[object]] = {
    "name": ("", "张　子轩", "张\n子轩"),
    "id_number": (4.2050620140305e17, "42050620140305001", "4205061403050011", "/", "无"),
    "residence": ("", "王家湾", "冯家湾 社区", "420506001001", "兴安"),
    "born": ("2015-02-30", 20140305, "2014年3月5日", "2014.3.5", 41703, "二〇一四年"),
    "sex": ("男孩", "不详", 1),
    "father_phone": ("138", 13812345678, "１３８１２３４５６７８", "无"),
    "guardianship": ("还可以", "一般 "),
    "living_with": ("爷爷", "火星"),
}


class Made(bytes):
    """A workbook that does not fill the screen when an example fails."""

    def __repr__(self) -> str:
        with reading.read(self, CATALOGUE, today=today()) as found:
            return repr([cells for _number, cells in found.lines()])


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Made, int]:
    """A workbook, and how many of its rows are children."""
    order = draw(st.permutations(list(COLUMNS)))
    left_out = draw(st.sets(st.sampled_from(["sex", "living_with", "father_name", "remarks", "guardianship"]), max_size=3))
    keys = [key for key in order if key not in left_out]
    head: list[object] = ["序号", *(draw(st.sampled_from(COLUMNS[key])) for key in keys)]
    title: list[object] = ["夷陵区儿童台账"]
    rows: list[list[object]] = [title] * draw(st.integers(0, 2)) + [head]
    children = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=6))
    for number, child in enumerate(children, 1):
        values = dict(child)
        for key in draw(st.sets(st.sampled_from(sorted(DIRT)), max_size=2)):
            values[key] = draw(st.sampled_from(DIRT[key]))
        rows += [[None]] * draw(st.integers(0, 1))
        rows.append([number, *(values.get(key, "") for key in keys)])
        if draw(st.integers(0, 9)) == 0:
            rows.append(head)
    rows += draw(st.sampled_from([[], [["合计", len(children)]], [[None], ["填表人：", None, "负责人："]]]))
    return Made(draw(st.sampled_from([xlsx, xls, _csv, _page]))(*rows)), len(children)


def _csv(*rows: Sequence[object]) -> bytes:
    return "\r\n".join(",".join('"' + _text(cell).replace('"', '""') + '"' for cell in row) for row in rows).encode("gb18030")


def _page(*rows: Sequence[object]) -> bytes:
    return ("<table>" + "".join("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>" for row in rows) + "</table>").encode()


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


@contextmanager
def undone() -> Iterator[None]:
    """What one example does to the database is gone before the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def send(content: bytes, by: Post) -> ImportRun:
    with under(by):
        run = imports.upload(kind="children", content=content, file_name="台账.xls", by=by)
    steps.read(run.id, by)
    with under(by):
        return ImportRun.objects.get(pk=run.pk)


def take_in(run: ImportRun, by: Post) -> ImportRun:
    with under(by):
        imports.start(run=run, by=by)
    steps.apply(run.id, by)
    with under(by):
        return ImportRun.objects.get(pk=run.pk)


@settings(max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(made=ledgers())
def test_every_row_ends_as_exactly_one_thing_and_an_undone_import_leaves_no_trace(officer: Post, made: tuple[Made, int]) -> None:
    content, children = made
    with undone():
        take_in(send(sheet(*KNOWN), officer), officer)
        before = register(officer)

        run = send(content, officer)
        assert run.state == State.PREVIEW, run.failed
        with under(officer):
            staged = dict(ImportRow.objects.filter(run=run).values_list("number", "verdict"))
        assert len(staged) + sum(code == "skip_unrecognised" for _number, code in run.skipped) == children
        assert not staged.keys() & {number for number, _code in run.skipped}
        assert sum(run.counts.values()) == len(staged)
        for verdict in staged.values():
            event(verdict)
        assert register(officer) == before  # nothing is written before somebody says so

        if not {"new", "changed"} & set(staged.values()):
            return
        run = take_in(run, officer)
        assert run.state == State.DONE
        with under(officer):
            outcomes = dict(ImportRow.objects.filter(run=run).values_list("number", "outcome"))
            new = ImportRow.objects.filter(run=run, verdict="new", outcome="imported")
            assert len(set(new.values_list("subject_id", flat=True))) == new.count()
            assert Child.objects.count() == len(KNOWN) + new.count()
        assert {number for number, outcome in outcomes.items() if outcome} == {number for number, verdict in staged.items() if verdict in ("new", "changed")}
        after = register(officer)

        again = send(content, officer)
        with under(officer):
            twice = ImportRow.objects.filter(run=again, verdict__in=("new", "changed"), number__in=[number for number, outcome in outcomes.items() if outcome == "imported"])
            assert not [(row.payload.values, row.payload.differences) for row in queries.opened(again, list(twice), queries.key_of(again))]
        if again.count("new", "changed"):
            take_in(again, officer)
        assert register(officer) == after  # the same list again changes nothing

        if not run.undoable:
            return
        with under(officer):
            imports.undo(run=run, why="传错了", by=officer)
        steps.undo(run.id, officer)
        assert register(officer) == before
