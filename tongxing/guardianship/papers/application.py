"""撤销监护人资格申请书 as plain text: what it says, from the file and the evidence. Official text, Chinese whatever the language of the page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from tongxing.children import cards
from tongxing.children import codes as child_codes
from tongxing.children.file import Family, File
from tongxing.children.queries.files import files
from tongxing.ground.today import today
from tongxing.guardianship import codes, gathered, grounds, parties
from tongxing.guardianship.actions import petitions
from tongxing.guardianship.actions.interventions import open_words
from tongxing.guardianship.gathered import Balance
from tongxing.guardianship.models import Evidence, Intervention, Petition
from tongxing.guardianship.weighing import Verdict
from tongxing.places import queries as places

TITLE = "撤销监护人资格申请书"
LAW = (
    "《中华人民共和国民法典》第三十六条：监护人有该条所列情形之一的，人民法院根据有关个人或者组织的申请，撤销其监护人资格，安排必要的临时监护措施，并按照最有利于被监护人的原则依法指定监护人。",
    "《中华人民共和国未成年人保护法》第一百零八条：未成年人的父母或者其他监护人不依法履行监护职责或者严重侵犯被监护的未成年人合法权益的，人民法院可以根据有关人员或者单位的申请，依法作出人身安全保护令或者撤销监护人资格。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What stands in the document, part by part."""

    title: str
    number: str
    court: str
    applicant: str
    applicant_kind: str
    respondent: str
    wards: list[str]
    requests: list[str]
    facts: list[str]
    grounds: list[str]
    law: list[str]
    evidence: list[dict[str, str]]
    date: str

    def data(self) -> dict[str, Any]:
        return asdict(self)


def application(row: Petition) -> Application:
    """The draft, from the file as it is today and what was gathered."""
    on = today()
    wards = gathered.wards(row)
    found = files(wards, parties.PARTS)
    standing = [found[each] for each in wards if each in found]
    first = standing[0]
    guardian = parties.by_key(first, row.person_key)
    measures = gathered.against(row.person_key, wards)
    balance = gathered.balance(row, on)
    pieces = list(Evidence.unscoped.filter(petition=row, removed_on=None).order_by("condition", "on", "id"))
    key = petitions.key_of(row)
    listed = [(piece, petitions.what(piece, key)) for piece in pieces]
    names = "、".join(file.child.name for file in standing)
    return Application(
        title=TITLE,
        number=row.number,
        court=row.court or "＿＿＿＿人民法院",
        applicant=row.applicant_name or "＿＿＿＿＿＿＿＿",
        applicant_kind=codes.APPLICANT[row.applicant].label if row.applicant else "",
        respondent=_person(first, guardian, row),
        wards=[_ward(file) for file in standing],
        requests=[
            f"一、请求依法撤销被申请人{row.person_name}对{names}的监护人资格；",
            f"二、请求依法另行指定监护人{f'，建议由{row.proposed_guardian}担任' if row.proposed_guardian else ''}。",
        ],
        facts=[*_situation(standing, on), *_measures(measures, first), *_paragraphs(petitions.summary(row))],
        grounds=[text for name in row.grounds or balance.met for text in _ground(name, balance, listed)],
        law=list(LAW),
        evidence=[_line(number, piece, words) for number, (piece, words) in enumerate(listed, 1)],
        date=f"{on.year}年{on.month}月{on.day}日",
    )


def _person(file: File, one: Family | None, row: Petition) -> str:
    relation = child_codes.RELATION[row.relation].label
    if one is None:
        return f"{row.person_name}，系被监护人{relation}。"
    relative = one.relative
    said = [relative.name, child_codes.SEX[relative.sex].label if relative.sex in ("1", "2") else "", f"{_day(relative.born)}出生" if relative.born else ""]
    number, phone, address = (file.open(relative, name) for name in ("id_number", "phone", "address"))
    said += [f"身份证号{number}" if number else "", f"住{address}" if address else "", f"电话{phone}" if phone else "", f"系被监护人{relation}"]
    return "，".join(part for part in said if part) + "。"


def _ward(file: File) -> str:
    child = file.child
    number = file.open(child, "id_number")
    said = [child.name, child_codes.SEX[child.sex].label if child.sex in ("1", "2") else "", f"{_day(child.born)}出生", f"身份证号{number}" if number else "未登记户口"]
    village = cards.unit_name(places.short_names({child.scope_place}).get(child.scope_place, ""))
    return "，".join(part for part in [*said, f"现居{village}辖区" if village else ""] if part) + "。"


def _situation(standing: Iterable[File], on: date) -> list[str]:
    """Who looks after the children now."""
    found = []
    for file in standing:
        current = file.current(file.guardianships, on)
        parents = []
        for one in file.family(child_codes.PARENTS):
            away = one.away(on)
            befell = [child_codes.CIRCUMSTANCE[row.kind].label for row in one.now(on)]
            where = f"自{_day(away.since)}起在{away.where or '外地'}务工" if away else "、".join(befell)
            parents.append(f"{child_codes.RELATION[one.relative.relation].label}{one.relative.name}{where}" if where else "")
        told = "；".join(part for part in parents if part)
        kind = f"监护类型为“{child_codes.GUARDIANSHIP[current.kind].label}”" if current else ""
        said = "，".join(part for part in (told, kind) if part)
        found.append(f"{file.child.name}：{said}。" if said else "")
    return [each for each in found if each]


def _measures(measures: Iterable[Intervention], file: File) -> list[str]:
    """What was done before, day by day."""
    lines = []
    for row in measures:
        heeded = f"，{codes.HEEDED[row.heeded].label}（{_day(row.heeded_on)}查看）" if row.heeded else ""
        about = "、".join(codes.CONDUCT[each].label for each in row.about)
        facts = open_words(row, file.key)["facts"] if row.child_id == file.child.id else ""
        told = f"（{facts.rstrip('。')}）" if facts else ""
        lines.append(f"{_day(row.on)}，{codes.AUTHORITY[row.authority].label}因被申请人{about}{told}，{_act(row)}{heeded}。")
    return lines


def _act(row: Intervention) -> str:
    measure = codes.MEASURE[row.kind]
    number = f"（{row.number}）" if row.number else ""
    return f"予以{measure.label}{number}" if measure.admonition and row.kind != "warning" else f"作出{measure.label}{number}"


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _ground(name: str, balance: Balance, listed: list[tuple[Evidence, str]]) -> list[str]:
    ground = grounds.grounds()[name]
    lines = [f"被申请人的行为属于“{ground.text}”的情形："]
    for condition in (each for group in ground.all for each in group):
        weighed = balance.conditions[condition]
        if weighed.verdict is not Verdict.MET:
            continue
        numbers = [str(number) for number, (piece, _words) in enumerate(listed, 1) if piece.condition == condition and piece.supports]
        told = {"refusal": f"（自{_day(weighed.since)}起，已{weighed.number}个月）", "criticised": f"（{weighed.number}次）", "unheeded": f"（{weighed.number}次）"}
        more = told.get(weighed.condition.test, "") if weighed.number else ""
        shown = f"，见证据{'、'.join(numbers)}" if numbers else ""
        lines.append(f"{weighed.condition.label}{more}{shown}；")
    return lines


def _line(number: int, piece: Evidence, words: str) -> dict[str, str]:
    proves = grounds.conditions()[piece.condition].label
    return {"number": str(number), "kind": codes.PROOF[piece.kind].label, "what": words, "on": piece.on.isoformat(), "proves": proves if piece.supports else f"（不支持）{proves}"}


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
