"""R6: one PDF of the basic cards of 1,000 children, beside typst alone on the same prepared data.

Usage: .venv/bin/python -m benchmarks.r6_cards [rounds]
"""

import json
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.record import ROOT, record
from tongxing import printing
from tongxing.printing import engine
from tongxing.printing.cards import BasicCard, Elder, Family, Guardian, Heading, Parent, Person

CARDS = 1000
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "子轩雨涵浩然欣怡梓萱俊杰思源佳琪宇航诗雅天佑梦洁志强晓燕"
STAMP = printing.Stamp(title="儿童基本信息卡", by="李明（夷陵区民政局）", at=datetime(2025, 11, 22, 14, 32, tzinfo=UTC), masked=False)

ALONE = """
import sys, json, typst
fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[sys.argv[1]])
compiler = typst.Compiler(sys.argv[2] + "/basic_card.typ", root=sys.argv[2], font_paths=fonts, ignore_system_fonts=True)
for number, data in enumerate(open(sys.argv[3], encoding="utf-8")):
    open(f"{sys.argv[3]}.{number}.pdf", "wb").write(compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_tags=False))
"""


def card(number: int) -> BasicCard:
    surname = SURNAMES[number % len(SURNAMES)]

    def name(step: int) -> str:
        return surname + GIVEN[(number * step) % len(GIVEN)] + GIVEN[(number * step * 7 + 3) % len(GIVEN)]

    def id_number(year: int) -> str:
        return f"420506{year}{number % 12 + 1:02}{number % 28 + 1:02}{number:04}"

    address = f"湖北省宜昌市夷陵区小溪塔街道文仙洞村{number % 9 + 1}组{number}号"
    return BasicCard(
        heading=Heading(unit="文仙洞村村民委员会", filled_on="2025年11月22日", number=f"420506-{number:06}", link=f"http://127.0.0.1:8000/children/{number:032x}"),
        child=Person(name=name(1), sex="男女"[number % 2], ethnicity="汉族", born="2014-03-12", id_number=id_number(2014), registered=True,
            health=["健康"], boarding=number % 3 == 0, schooling="小学", school=f"夷陵区第{number % 9}小学{number % 6}年级", hobbies="画画、篮球"),
        family=Family(registered_at=address, lives_at=address, paternal_grandfather=Elder(name=name(2), born="1956-07-01"),
            paternal_grandmother=Elder(name=name(3), born="1958-12-12"), father=Parent(name=name(4), born="1985-11-23", works_at="广东省东莞市", phone=f"1381234{number:04}",
            id_number=id_number(1985)), mother=Parent(name=name(5), born="1987-01-09", works_at="福建省泉州市", phone=f"1391234{number:04}", id_number=id_number(1987)),
            both_away=True, one_away=False, entrusted=True, guardian=Guardian(name=name(2), phone=f"1361234{number:04}", id_number=id_number(1956), relation="祖父", address=address),
            guardianship="监护情况一般", income=["打工收入"], aid=["享受低保"]),
    )  # fmt: skip


def alone(prepared: Path) -> float:
    """Seconds that typst takes for the same cards, in calls of the 200 pages that it stays small with."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", ALONE, engine.FONTS, engine.TEMPLATES, prepared], check=True)
    return time.perf_counter() - start


def ours() -> float:
    """Seconds from the facts to one PDF, workers started anew."""
    engine.close()
    start = time.perf_counter()
    pdf = printing.render_many("basic_card", (card(number).data() for number in range(CARDS)), stamp=STAMP)
    seconds = time.perf_counter() - start
    assert pdf.startswith(b"%PDF")
    return seconds


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    folder = ROOT / "var" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    prepared = folder / "r6.jsonl"
    items = [card(number).data() for number in range(CARDS)]
    calls = (json.dumps({"items": items[start : start + 200], "stamp": STAMP.data()}, ensure_ascii=False) for start in range(0, CARDS, 200))
    prepared.write_text("\n".join(calls), encoding="utf-8")
    floors, times = [], []
    for _round in range(rounds):
        floors.append(alone(prepared))
        times.append(ours())
    for left in folder.glob("r6.jsonl*"):
        left.unlink()
    floor, mine = statistics.median(floors), statistics.median(times)
    record("R6", f"{CARDS} basic cards in one PDF: {mine:.1f} s; typst alone {floor:.1f} s", mine / floor, "≤ 1.5")


if __name__ == "__main__":
    main()
