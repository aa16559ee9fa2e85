import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image
from pypdf import PdfReader

from tongxing import printing
from tongxing.printing.cards import DECEASED, TICKS, BasicCard, Elder, Family, FamilyCard, Guardian, Heading, Parent, Person, clean

STAMP = printing.Stamp(title="儿童基本信息卡", by="李明（夷陵区民政局）", at=datetime(2025, 11, 22, 14, 32, tzinfo=UTC), masked=True)
HEADING = Heading(unit="文仙洞村村民委员会", filled_on="2025年11月22日", number="420506-2025-000123", link="http://127.0.0.1:8000/children/0190b4e2")
CHILD = Person(
    name="张子轩", sex="男", ethnicity="汉族", born="2014-03-12", id_number="420506201403120015", registered=True, health=["健康"],
    boarding=True, schooling="小学", school="第三小学 五年级2班", character="内向", hobbies="画画", medical_history="肺炎", remarks="随祖父母生活",
)  # fmt: skip
FAMILY = Family(
    registered_at="湖北省宜昌市夷陵区小溪塔街道文仙洞村三组21号", lives_at="湖北省宜昌市夷陵区小溪塔街道文仙洞村三组22号",
    paternal_grandfather=Elder(name="张德明", born="1956-07-01"), maternal_grandfather=Elder(name=DECEASED, born=DECEASED),
    father=Parent(name="张建国", born="1985-11-23", works_at="广东省东莞市", phone="13812345678", id_number="420506198511230011"),
    mother=Parent(name="刘小芳", works_at="福建省泉州市"), both_away=True, one_away=False, entrusted=True,
    guardian=Guardian(name="王秀英", phone="13600001234", id_number="420506195607010017", relation="祖母", address="夷陵区文仙洞村"),
    guardianship="监护情况一般", income=["打工收入", "种养殖业"], aid=["享受低保"],
)  # fmt: skip
CARD = BasicCard(heading=HEADING, child=CHILD, family=FAMILY)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without the spaces that tell columns apart."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def basic(card: BasicCard) -> list[str]:
    return pages(printing.render("basic_card", card.data(), stamp=STAMP))


def test_a_card_is_one_sheet_of_a4() -> None:
    reader = PdfReader(io.BytesIO(printing.render("basic_card", CARD.data(), stamp=STAMP)))
    (page,) = reader.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert reader.metadata is not None
    assert reader.metadata.title == "儿童基本信息卡"


def test_every_field_of_the_form_is_on_the_card() -> None:
    (text,) = basic(CARD)
    for value in (
        *("张子轩", "男", "汉族", "2014-03-12", "420506201403120015", "文仙洞村三组21号", "文仙洞村三组22号", "第三小学五年级2班", "内向", "画画", "肺炎", "随祖父母生活"),
        *("张德明", "1956-07-01", "张建国", "1985-11-23", "广东省东莞市", "13812345678", "420506198511230011", "刘小芳", "福建省泉州市"),
        *("王秀英", "13600001234", "420506195607010017", "祖母", "夷陵区文仙洞村", "文仙洞村村民委员会", "2025年11月22日", "420506-2025-000123"),
    ):
        assert value in text, value
    for ticked in ("健康(√)", "是(√)否()", "小学(√)", "监护情况一般(√)", "打工收入(√)种养殖业(√)政府救助()", "享受低保(√)"):
        assert ticked in text, ticked
    for printed in ("盖章处", "单位负责人（签名）", "复核人（签名）", "填表人（签名）", "填报单位（盖章）", "第1页共1页"):
        assert printed in text, printed


def test_the_foot_says_who_printed_it_and_that_it_is_masked() -> None:
    (text,) = basic(CARD)
    assert "打印人：李明（夷陵区民政局）打印时间：2025-11-2214:32信息已脱敏" in text


def test_an_empty_form_can_be_printed_and_filled_in_by_hand() -> None:
    (text,) = basic(BasicCard(heading=Heading(), child=Person(name=""), family=Family()))
    assert "√" not in text.replace("中划“√”", "")


@pytest.mark.parametrize("name", ["㛃䶮𬭩𬭎㑇", "欧阳慕容阿依古丽", "阿卜杜热合曼·买买提艾力·阿不都克里木"])
def test_rare_and_long_names_stay_whole_on_one_sheet(name: str) -> None:
    (text,) = basic(replace(CARD, child=replace(CHILD, name=name)))
    assert name in text


def test_what_has_no_room_is_continued_in_full_and_the_form_stays_one_sheet() -> None:
    remarks = "爷爷腿脚不便，靠邻居照看。" * 770
    first, *further = basic(replace(CARD, child=replace(CHILD, remarks=remarks)))
    assert "见续页" in first
    assert "盖章处" in first
    assert first.endswith(f"第1页共{len(further) + 1}页")
    assert "盖章处" not in "".join(further)
    assert "".join(further).count("爷") == 2 * 770


@pytest.mark.parametrize("letters", ["x" * 10_000, "😀" * 10_000, "\x00\x1b[31m", "#panic() $x$ \\ \"'<script>", "\u202e\ufeff\ue000"])
def test_no_text_breaks_the_form(letters: str) -> None:
    child = replace(CHILD, name=letters, school=letters, remarks=letters, schooling_other=letters)
    first, *_ = basic(replace(CARD, heading=replace(HEADING, unit=letters, number=letters), child=child))
    assert "盖章处" in first


def test_typst_code_in_a_value_is_printed_not_run() -> None:
    (text,) = basic(replace(CARD, child=replace(CHILD, remarks="#panic(1) *粗* $x$")))
    assert "#panic(1)*粗*$x$" in text


def test_long_runs_of_letters_may_break_and_numbers_do_not() -> None:
    assert clean("a" * 130) == " ".join(["a" * 60, "a" * 60, "a" * 10])
    assert clean("420506201403120015") == "420506201403120015"
    assert clean(" a\x07b\nc\u200b\ud800") == "a b c"


def test_the_photo_is_on_the_card() -> None:
    picture = io.BytesIO()
    Image.linear_gradient("L").resize((250, 350)).save(picture, "JPEG")
    reader = PdfReader(io.BytesIO(printing.render("basic_card", replace(CARD, photo=picture.getvalue()).data(), stamp=STAMP)))
    assert len(reader.pages) == 1
    assert "照片" not in "".join(reader.pages[0].extract_text().split())


def family_card(count: int, remarks: str = "") -> FamilyCard:
    names = ["张子轩", "张子涵", "张子墨", "张子萱", "张子豪", "张子怡", "张子晨", "张子睿", "张子琪", "张子航", "张子宁", "张子安"]
    return FamilyCard(heading=HEADING, children=[replace(CHILD, name=name, remarks=remarks) for name in names[:count]], family=FAMILY)


@pytest.mark.parametrize(("children", "sheets"), [(1, 1), (2, 1), (3, 1), (4, 2), (9, 2), (12, 3)])
def test_brothers_and_sisters_stand_on_one_sheet_with_their_family_once(children: int, sheets: int) -> None:
    texts = pages(printing.render("family_card", family_card(children).data(), stamp=STAMP))
    assert len(texts) == sheets
    whole = "".join(texts)
    assert whole.count("张建国") == whole.count("盖章处") == 1
    assert whole.count("备注性格：内向") + whole.count("性格：内向；爱好：画画") >= children
    assert all(name.name in whole for name in family_card(children).children)


def test_a_family_sheet_keeps_its_layout_when_a_box_overflows() -> None:
    first, second = pages(printing.render("family_card", family_card(3, remarks="需要心理辅导。" * 60).data(), stamp=STAMP))
    assert "盖章处" in first
    assert second.count("辅") == 180
    assert "儿童三备注" in second


def test_the_ticks_of_data_and_template_are_the_same_words():
    everything = replace(
        CARD,
        child=replace(CHILD, health=TICKS["health"]),
        family=replace(FAMILY, incapable=TICKS["incapable"], income=TICKS["income"], aid=TICKS["aid"]),
    )
    (text,) = basic(everything)
    for name in ("health", "incapable", "income", "aid"):
        for word in TICKS[name]:
            assert f"{word}(√)" in text, word
    for stage in TICKS["schooling"]:
        assert f"{stage}(√)" in "".join(basic(replace(CARD, child=replace(CHILD, schooling=stage))))
    for kind in TICKS["guardianship"]:
        assert f"{kind}(√)" in "".join(basic(replace(CARD, family=replace(FAMILY, guardianship=kind))))
