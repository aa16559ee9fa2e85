"""An entry that says that a child is missing is a report: whoever logs it has told the window, and the chains run.

Of an entry's events those raise a report that are a situation of ours, where it is urgent or a chain of a care model in force there names it.
An entry is a report once for each situation, however often it is sent or corrected; the words stay in the entry.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid5

from tongxing.accounts.models import Post
from tongxing.care.followers import Follower
from tongxing.ground import scope
from tongxing.ground.today import CHINA, now
from tongxing.log import queries as log
from tongxing.log.models import Entry
from tongxing.protection import actions, codes
from tongxing.protection.actions import chains, lines, telling
from tongxing.protection.codes import Situation
from tongxing.protection.models import Hop, Line, Report

REPORTS = UUID("6f0f6c3e-5a0e-5c1b-9d0a-42050600b005")  # the namespace of the reports that entries are
WHY = "what an entry raises is told wherever its children are, and whoever wrote it"


def situation_of(event: str, place: int) -> Situation | None:
    """What an event is reported as at a place; None where it is no matter for the window."""
    found = next((one for one in codes.SITUATION if one.event == event), None)
    if found is None or found.urgent or any(chain is not chains.WINDOW for chain in chains.at(place, event)):
        return found
    return None


class Alarms(Follower):
    def logged(self, entry: Entry, *, by: Post | None) -> None:
        parts = entry.just_written
        if parts is not None and not entry.corrects_id and not entry.events and not any(part.events for part in parts):
            return  # most entries alarm nobody
        with scope.whole_country(why=WHY):
            raised = _raised(entry)
            first = log.chain(entry)[0] if raised or entry.corrects_id else entry
            for situation, children in raised.values():
                _report(first, situation, children, by)
            if entry.corrects_id:
                _not_so(first, by, but=set(raised))

    def voided(self, entry: Entry, *, by: Post | None) -> None:
        with scope.whole_country(why=WHY):
            _not_so(log.chain(entry)[0], by)


def _raised(entry: Entry) -> dict[str, tuple[Situation, list[UUID]]]:
    """By situation: what is to be reported, and about whom. Of an entry that few may read only what is urgent."""
    parts = entry.just_written if entry.just_written is not None else log.parts_of(entry)
    found: dict[str, tuple[Situation, list[UUID]]] = {}
    for event in dict.fromkeys([*entry.events, *(event for part in parts for event in part.events)]):
        situation = situation_of(event, entry.place)
        if situation is None or (entry.restricted_to and not situation.urgent):
            continue
        about = [part.child_id for part in parts if event in part.events or (len(parts) == 1 and not part.dropped)]
        found[situation.value] = (situation, about)
    return found


def _report(entry: Entry, situation: Situation, children: list[UUID], by: Post | None) -> None:
    if Report.objects.filter(entry_id=entry.id, situation=situation.value).exists():
        return
    moment = now()
    began = datetime.combine(entry.on, entry.began, CHINA) if entry.began else None
    new = actions.NewReport(
        id=uuid5(REPORTS, f"{entry.id}:{situation.value}"),
        channel="entry",
        situation=situation.value,
        place=entry.place,
        child_id=children[0] if children else None,
        happened_at=began if began and began <= moment else None,
        entry_id=entry.id,
    )
    made = actions.report(new=new, by=by if by is not None and by.may("reports.make") else None)
    for child_id in children[1:]:
        actions.link_child(case=made.case, child_id=child_id, by=by)


def _not_so(entry: Entry, by: Post | None, *, but: Collection[str] = ()) -> None:
    """What an entry reported does not stand any more: the case says so, and those who were told hear of it. They decide what follows."""
    for report in Report.objects.filter(entry_id=entry.id).exclude(situation__in=but).select_related("case"):
        if report.case.ended or Line.objects.filter(case=report.case, verb="entry_voided", data__report=report.number).exists():
            continue
        line = lines.write(report.case, "entry_voided", by=by, data={"report": report.number})
        told = {hop.post.pk: hop.post for hop in Hop.objects.filter(report=report, post__isnull=False).select_related("post") if hop.post}
        telling.tell(report.case, telling.VOIDED, told.values(), key=f"voided:{line.pk}", urgent=False)


FOLLOWER = Alarms()
