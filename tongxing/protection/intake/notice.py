"""What stands on the sheet for the police (报警告知单)."""

from __future__ import annotations

from tongxing import printing
from tongxing.accounts.models import Post
from tongxing.children import codes as child_codes
from tongxing.children.rules import age
from tongxing.ground.today import CHINA, now
from tongxing.places import queries as places
from tongxing.printing import Stamp
from tongxing.printing.police import PoliceNotice
from tongxing.protection import codes
from tongxing.protection.intake.queries import Shown

SHEET = "police_notice"


def sheet(shown: Shown, by: Post) -> bytes:
    """The sheet as a PDF. The caller notes that it was printed. Raises ``PrintError``.

    The child's name, sex, age and school; no number, no family, no status, and of whoever reported nothing: the office is who is asked.
    """
    report, told, child, moment = shown.report, shown.told, shown.child, now()
    situation = codes.SITUATION[report.situation]
    about = told.get("child", "")
    if child is not None:
        about = "，".join(filter(None, [child.name, child_codes.SEX.text(child.sex), f"{age(child.born, moment.date()).years}岁", child.school_name]))
    place = places.full_names([report.place]).get(report.place, "")
    item = PoliceNotice(
        number=report.number,
        office=f"{by.place.full_name} {by.unit_name or ''}".strip(),
        situation=situation.label,
        source=situation.source,
        happened=_moment(report.happened_at) or "不详",
        where="，".join(filter(None, [place, told.get("where", "")])),
        child=about or "身份不明",
        words=told.get("words", "") or "报告时没有说明，经过见当面陈述。",
        reported=_moment(report.told_at),
        called=f"{_moment(report.police_at)} 已拨打110" + (f"，警情编号 {report.police_number}" if report.police_number else "") if report.police_at else "尚未拨打110",
        made=f"{moment:%Y-%m-%d %H:%M:%S}",
        contact=f"{by.person.name}（{by.definition.name}）",
        phone=by.person.phone,
    )
    return printing.render(SHEET, item.data(), stamp=Stamp(title="报警告知单", by=by.person.name, at=moment, masked=False))


def _moment(at: object) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at is not None else ""  # type: ignore[attr-defined]
