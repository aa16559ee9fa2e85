"""From the file's keys to the shapes that everybody else reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tongxing.caremodels import efforts
from tongxing.caremodels.expressions import ExpressionError, parse
from tongxing.caremodels.files import WEEKDAYS, DutyFile, ModelFile, QuotaFile
from tongxing.caremodels.shapes import By, Chain, Deadline, Duty, Expression, Model, Quota, Step
from tongxing.caremodels.vocabulary import vocabulary
from tongxing.ground import toml


def build(source: toml.Source, content: dict[str, Any], *, roles: Collection[str] | None) -> Model:
    """The model of a file whose parameters have been filled in. ``roles``: those that expressions may name, None for any.

    Raises ``toml.DataFileError``.
    """
    return _Builder(source, toml.fitted(source, _dated(content), ModelFile), roles).model()


def _dated(content: dict[str, Any]) -> dict[str, Any]:
    """Roles, duties, chains and steps hold as long as the model, unless they say otherwise."""
    days = {key: day for key, day in content.get("model", {}).items() if key in ("since", "until")}
    return content | {table: [days | each for each in content[table]] for table in ("role", "duty", "chain", "step") if table in content}


class _Builder:
    """Knows the file and where its items stand."""

    def __init__(self, source: toml.Source, file: ModelFile, roles: Collection[str] | None) -> None:
        self.source = source
        self.file = file
        self.roles = roles
        self.line = 1

    def model(self) -> Model:
        file, head = self.file, self.file.model
        return Model(
            id=head.id,
            name=head.name,
            about=head.about,
            source=head.source,
            since=head.since,
            until=head.until,
            extends=head.extends,
            parts=file.part,
            parameters=file.parameter,
            roles=file.role,
            events=file.event,
            duties=tuple(self.duty(number, each) for number, each in enumerate(file.duty)),
            chains=tuple(self.chain(number, each) for number, each in enumerate(file.chain)),
            steps=tuple(self.step(number, each) for number, each in enumerate(file.step)),
            tag_sets=file.tags,
            papers=file.paper,
        )

    def error(self, message: str, token: str = "") -> toml.DataFileError:
        return self.source.error(message, token, start=self.line)

    def duty(self, number: int, said: DutyFile) -> Duty:
        self.line = self.source.table("duty", number)
        if bool(said.quota) == bool(said.on):
            raise self.error(f"the duty “{said.id}” needs either a quota or an event in “on”, and not both", said.id)
        if bool(said.on) != (said.within is not None):
            raise self.error(f"the duty “{said.id}” needs “on” and “within” together", said.id)
        if said.dated and not said.on:
            raise self.error(f"the duty “{said.id}” is “dated”, which goes with an event in “on”", "dated")
        if said.by is None and not said.asked_by:
            raise self.error(f"the duty “{said.id}” does not say by what entry it is kept: by = {{ kinds = [...] }}", said.id)
        defaults = vocabulary().defaults
        by = said.by or By(kinds=())
        return Duty(
            id=said.id,
            name=said.name,
            who=said.who,
            about=said.about,
            level=said.level,
            for_=self.expression(said),
            obligation=said.obligation or f"{self.file.model.id}.{said.id}",
            quota=self.quota(said.id, said.quota) if said.quota else None,
            deadline=Deadline(event=said.on, within=said.within, dated=said.dated) if said.within else None,
            by=by,
            also_discharges=said.also_discharges,
            grace=said.grace or defaults.grace,
            escalate=defaults.escalate if said.escalate is None else said.escalate,
            minutes=efforts.minutes(by.kinds) if said.minutes is None else said.minutes,
            tags=said.tags,
            asked_by=said.asked_by,
            note=said.note,
            part=said.part,
            source=said.source,
            since=said.since,
            until=said.until,
        )

    def expression(self, said: DutyFile) -> Expression | None:
        if not said.for_:
            return None
        try:
            return parse(said.for_, about=said.about, roles=self.roles)
        except ExpressionError as wrong:
            raise self.error(f"“for” of the duty “{said.id}”: {wrong}", wrong.token or "for") from wrong

    def quota(self, name: str, said: QuotaFile) -> Quota:
        for wrong, why in (
            (said.count < 1, f"asks {said.count} times; a quota is at least 1"),
            (said.every < 1, f"counts every {said.every} windows; at least 1"),
            (said.weekday is not None and said.per != "week", "names a weekday, which goes with per = “week” only"),
            (said.month is not None and said.per != "year", "names a month, which goes with per = “year” only"),
            (said.month is not None and not 1 <= said.month <= 12, f"names the month {said.month}"),
            (bool(said.festivals) != (said.per == "festival"), "names festivals if and only if per = “festival”"),
            (said.every > 1 and said.per in ("once", "festival", "birthday"), f"cannot count every {said.every} of “{said.per}”"),
            (said.season != "always" and said.per not in ("week", "month", "quarter"), f"keeps a season, which goes with weeks, months and quarters, not with “{said.per}”"),
            (said.first_days is not None and said.per in ("once", "birthday", "festival"), f"names first days, which “{said.per}” does not have"),
            (said.calendar != "solar" and said.per != "birthday", "keeps the lunar calendar, which goes with per = “birthday” only; festivals have their own"),
            (said.first_days is not None and said.first_days < 1, f"names the first {said.first_days} days"),
        ):
            if wrong:
                raise self.error(f"the quota of the duty “{name}” {why}", "quota")
        return Quota(
            count=said.count,
            per=said.per,
            every=said.every,
            season=said.season,
            weekday=None if said.weekday is None else WEEKDAYS.index(said.weekday) + 1,
            month=said.month,
            first_days=said.first_days,
            festivals=said.festivals,
            calendar=said.calendar,
        )

    def chain(self, number: int, said: Chain) -> Chain:
        self.line = self.source.table("chain", number)
        if not said.links or not said.events:
            raise self.error(f"the chain “{said.id}” needs events and links", said.id)
        return said

    def step(self, number: int, said: Step) -> Step:
        self.line = self.source.table("step", number)
        if said.within.amount == 0:
            raise self.error(f"the step “{said.id}” gives no time at all; a case needs some, write at least 1m", "within")
        return said
