"""Msgids are found wherever they may stand, and what is wrong with a catalogue is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tongxing.ground import translations

CODE = """
from django.utils.translation import gettext as _, gettext_noop as noop, ngettext
TEXT = noop("父亲")
def say(n): return _("你好，%(name)s") % {"name": n}, ngettext("%(n)d名儿童", "%(n)d名儿童们", n), other("不是")
"""
TEMPLATE = """{% load i18n %}<h1>{% translate "标题" %}</h1>{{ _("过滤") }}
{% blocktranslate count n=total trimmed %}
  {{ n }} 条
{% plural %}
  {{ n }} 条们
{% endblocktranslate %}{% translate "开" context "门" %}"""
TABLE = """[table]\nid = "x"\nlabel = "表名"\nsource = "某文件"\n[[code]]\nvalue = "a"\nlabel = "甲"\naliases = ["乙"]\nhint = "说明"\n"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house with one app in it."""
    monkeypatch.setattr(translations, "HOUSE", tmp_path)
    app = tmp_path / "school"
    (app / "templates/school").mkdir(parents=True)
    (app / "views.py").write_text(CODE)
    (app / "templates/school/page.html").write_text(TEMPLATE)
    (app / "codes.toml").write_text(TABLE)
    return app


def msgids(app: Path) -> Iterator[str]:
    return (translations.key(message)[1] for message in translations.messages(translations.load(app / translations.CATALOGUE)))


def translate(app: Path, **texts: str) -> None:
    """Fill every text of the catalogue, with its own msgid where none is given."""
    path = app / translations.CATALOGUE
    catalogue = translations.load(path)
    for message in translations.messages(catalogue):
        text = texts.get(translations.key(message)[1], translations.key(message)[1])
        message.string = text if isinstance(message.id, str) else (text, text)
    translations.write(app, catalogue)


def test_code_templates_and_data_files_are_read(house: Path):
    translations.renew()
    assert set(msgids(house)) == {"父亲", "你好，%(name)s", "%(n)d名儿童", "标题", "过滤", "%(n)s 条", "开", "表名", "甲", "说明"}


def test_a_text_is_kept_when_the_catalogue_is_renewed(house: Path):
    translations.renew()
    translate(house, 父亲="Father")
    (house / "more.py").write_text('from django.utils.translation import gettext as _\nMORE = _("母亲")\n')
    translations.renew()
    kept = {translations.key(each)[1]: each.string for each in translations.messages(translations.load(house / translations.CATALOGUE))}
    assert kept["父亲"] == "Father"
    assert not kept["母亲"]


def test_a_text_follows_its_msgid_into_another_app(house: Path):
    translations.renew()
    translate(house, 甲="A")
    (house.parent / "home").mkdir()
    (house / "codes.toml").rename(house.parent / "home/codes.toml")
    translations.renew()
    assert {each.id: each.string for each in translations.messages(translations.load(house.parent / "home" / translations.CATALOGUE))}["甲"] == "A"


def test_what_git_could_not_merge_is_settled_by_renewing(house: Path):
    translations.renew()
    path = house / translations.CATALOGUE
    ours, theirs = path.read_text(), path.read_text()
    ours = ours.replace('msgid "甲"\nmsgstr ""', '<<<<<<< HEAD\nmsgid "甲"\nmsgstr "A"\n=======\nmsgid "说明"\nmsgstr "Note"\n>>>>>>> other')
    path.write_text(ours.replace('#: school/codes.toml\nmsgid "说明"\nmsgstr ""\n', ""))
    assert path.read_text() != theirs
    translations.renew()
    kept = {translations.key(each)[1]: each.string for each in translations.messages(translations.load(path))}
    assert (kept["甲"], kept["说明"]) == ("A", "Note")


def test_a_complete_catalogue_has_no_faults(house: Path):
    translations.renew()
    translate(house)
    assert list(translations.faults()) == []
    assert translations.compile_all() == 1


@pytest.mark.parametrize(
    ("text", "english", "fault"),
    [
        ("甲", "", "has no English text"),
        ("你好，%(name)s", "Hello", "holds ['%(name)s'], its English text “Hello” holds none"),
        ("你好，%(name)s", "Hello %(nmae)s", "holds ['%(name)s']"),
    ],
)
def test_a_wrong_text_is_said(house: Path, text: str, english: str, fault: str):
    translations.renew()
    translate(house, **{text: english})
    assert [fault in each for each in translations.faults()] == [True]


def test_latin_punctuation_in_a_chinese_text_is_said(house: Path):
    (house / "codes.toml").write_text(TABLE.replace("甲", "甲,乙"))
    translations.renew()
    translate(house, **{"甲,乙": "A, B"})
    assert ["has Latin punctuation" in each for each in translations.faults()] == [True]


def test_a_stale_catalogue_is_said(house: Path):
    translations.renew()
    translate(house)
    (house / "codes.toml").write_text(TABLE.replace("甲", "丙"))
    said = list(translations.faults())
    assert len(said) == 2
    assert "“丙” (school/codes.toml) is not in the catalogue" in said[0]
    assert "“甲” is used nowhere" in said[1]


def test_two_apps_cannot_say_one_thing_in_two_ways(house: Path):
    other = house.parent / "home"
    other.mkdir()
    (other / "codes.toml").write_text(TABLE)
    translations.renew()
    translate(house, 甲="A")
    translate(other, 甲="B")
    assert any("one of them would win everywhere" in each for each in translations.faults())


def test_check_fails_with_every_fault_in_words(house: Path, capsys: pytest.CaptureFixture[str]):
    translations.renew()
    with pytest.raises(CommandError, match="10 faults"):
        call_command("translations", "check")
    assert "“甲” has no English text" in capsys.readouterr().err


def test_djangos_own_sentences_are_chinese_and_plain():
    with translation.override("zh-hans"):
        assert translation.gettext("This field is required.") == "请填写这一项。"
        assert translation.gettext("Enter a valid URL.") == "输入一个有效的 URL。"
