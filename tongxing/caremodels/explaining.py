"""What a model asks of whom and how often, in sentences of the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxing.caremodels import parameters, wording
from tongxing.caremodels.loading import Draft, Library, library
from tongxing.caremodels.parameters import Setting
from tongxing.caremodels.shapes import Chain, Duty, Model, Parameter, Role, Step
from tongxing.caremodels.vocabulary import vocabulary
from tongxing.units.codes import DEPARTMENT


class Explainer:
    """One model said in sentences. Without ``values``, what a place must set is named as such and never as a number."""

    def __init__(self, draft: Draft, values: Mapping[str, Setting] | None = None, *, books: Library | None = None) -> None:
        self.books = books or library()
        self.draft = draft
        self.values = values or {}
        samples = {each.id: parameters.sample(each) for each in draft.parameters}
        self.model: Model = draft.model(samples | dict(self.values))
        self.open = {each.id: each for each in draft.parameters if each.default is None and each.id not in self.values}
        self._roles = {role.id: role.name for each in self.books.models.values() for role in each.roles} | {role.id: role.name for role in self.model.roles}
        self._events = {event.id: event.name for each in self.books.models.values() for event in each.events} | {event.id: event.name for event in self.model.events}

    def role_name(self, name: str) -> str:
        return _(self._roles.get(name, name))

    def event_name(self, name: str) -> str:
        return _(self._events.get(name, name))

    def kind_name(self, name: str) -> str:
        kind = self.books.kinds.get(name)
        return _(kind.label) if kind else name

    def sentences(self) -> Iterator[str]:
        """The whole model, from what it is to what it brings."""
        model = self.model
        yield _(model.name)
        yield _(model.about)
        yield _("依据：%(source)s") % {"source": model.source}
        if model.extends:
            yield _("在以下模式之上：%(names)s") % {"names": _("、").join(_(self.books.models[each].name) for each in model.extends)}
        yield from map(self.parameter, model.parameters)
        yield from map(self.role, model.roles)
        yield from map(self.duty, model.duties)
        for event in model.events:
            text = _("需要响应的情形（紧急）：%(name)s") if event.urgent else _("需要响应的情形：%(name)s")
            yield self._because(text % {"name": _(event.name)}, event.source)
        yield from map(self.chain, model.chains)
        yield from map(self.step, model.steps)
        for tags in model.tag_sets:
            yield self._because(_("工作归类“%(name)s”：%(tags)s") % {"name": _(tags.name), "tags": _("、").join(_(tag.name) for tag in tags.tags)}, tags.source)
        for paper in model.papers:
            yield self._because(_("卡册“%(name)s”") % {"name": _(paper.name)}, paper.source)

    def parameter(self, said: Parameter) -> str:
        if said.id in self.values:
            text = _("参数“%(name)s”：%(value)s") % {"name": _(said.name), "value": wording.setting(said, self.values[said.id])}
        elif said.default is not None:
            text = _("参数“%(name)s”：%(value)s，采用地可以改") % {"name": _(said.name), "value": wording.setting(said, said.default)}
        else:
            text = _("参数“%(name)s”：由采用地确定") % {"name": _(said.name)}
        if said.options:
            text = _("%(text)s（可选：%(options)s）") % {"text": text, "options": _("、").join(_(option.label) for option in said.options)}
        elif bounds := wording.bounds(said):
            text = _("%(text)s（%(bounds)s）") % {"text": text, "bounds": bounds}
        return self._because(_("%(text)s；%(help)s") % {"text": text, "help": _(said.help)} if said.help else text, said.source)

    def role(self, said: Role) -> str:
        text = _("责任人“%(name)s”") % {"name": _(said.name)}
        clauses = self.terms(said)
        return self._because(_("%(text)s：%(more)s") % {"text": text, "more": _("，").join(clauses)} if clauses else text, said.source)

    def terms(self, said: Role) -> list[str]:
        """How many a child has, how near they stand, what they must be."""
        clauses = []
        if said.kind == "circle":
            clauses.append(self._how_many(said))
            clauses.append(_("第%(ring)s层") % {"ring": said.ring})
        if said.department:
            clauses.append(_("由%(department)s部门的岗位接收") % {"department": DEPARTMENT.text(said.department)})
        if said.kind == "anyone":
            clauses.append(_("任何单位和个人"))
        if said.load:
            clauses.append(wording.load(said.load))
        if said.first_informant:
            clauses.append(_("第一信息员"))
        return clauses + [_(vocabulary().qualifications[each]) for each in said.qualifications]

    @staticmethod
    def _how_many(said: Role) -> str:
        if said.most is None:
            return ngettext("每名儿童至少%(count)s名", "每名儿童至少%(count)s名", said.least) % {"count": said.least} if said.least else _("每名儿童可有若干名")
        if said.least == said.most:
            return ngettext("每名儿童%(count)s名", "每名儿童%(count)s名", said.most) % {"count": said.most}
        return _("每名儿童%(least)s到%(most)s名") % {"least": said.least, "most": said.most}

    def duty(self, said: Duty) -> str:
        clauses = [_("“%(name)s”：%(who)s，对%(whom)s，%(often)s") % {"name": _(said.name), "who": self.role_name(said.who), "whom": self.whom(said), "often": self.often(said)}]
        if said.by.kinds:
            clauses.append(_("以工作记录“%(kinds)s”为准") % {"kinds": _("”“").join(map(self.kind_name, said.by.kinds))})
        if said.by.role == "any":
            clauses.append(_("谁做都算"))
        elif said.by.role and said.by.role != said.who:
            clauses.append(_("由%(role)s做") % {"role": self.role_name(said.by.role)})
        if said.by.at_school:
            clauses.append(_("寄宿生在校探访也算"))
        if said.also_discharges:
            clauses.append(_("同时算完成“%(names)s”") % {"names": _("”“").join(map(self._duty_name, said.also_discharges))})
        if said.asked_by:
            clauses.append(_("由“%(name)s”询问和记录") % {"name": self._duty_name(said.asked_by)})
        if said.grace.amount:
            clauses.append(_("宽限%(length)s") % {"length": wording.length(said.grace)})
        clauses += [_(said.note)] if said.note else []
        return self._because(_("；").join(clauses), said.source)

    def often(self, said: Duty) -> str:
        """How often, or how fast after an event; what a place must set is said to be so."""
        raw = self._raw(said)
        marks = self._open_marks([raw.get("quota"), raw.get("within")])
        names = _("、").join(_(each.name) for each in marks)
        if said.quota:
            return _("多久一次由采用地确定（%(names)s）") % {"names": names} if marks else wording.quota(said.quota)
        assert said.deadline
        if marks:
            return _("发生“%(event)s”后，时限由采用地确定（%(names)s）") % {"event": self.event_name(said.deadline.event), "names": names}
        if said.deadline.dated:
            return _("“%(event)s”时，由谁办、什么时候办完由个案方案确定，一般%(within)s") % {
                "event": self.event_name(said.deadline.event),
                "within": wording.lapse(said.deadline.within),
            }
        return _("发生“%(event)s”后%(within)s") % {"event": self.event_name(said.deadline.event), "within": wording.lapse(said.deadline.within)}

    def whom(self, said: Duty) -> str:
        """For whom or what it is; what a place must set is said to be so."""
        if marks := self._open_marks(self._raw(said).get("for")):
            return _("由采用地确定（%(names)s）") % {"names": _("、").join(_(each.name) for each in marks)}
        return wording.subject(said, self.role_name)

    def _raw(self, said: Duty) -> Mapping[str, Any]:
        """The duty as it stands in the file."""
        found: Mapping[str, Any] = self.draft.content["duty"][self.model.duties.index(said)]
        return found

    def _duty_name(self, name: str) -> str:
        model, _dot, own = name.rpartition(".")
        duties = self.books.models.get(model, self.model).duties
        return next((_(duty.name) for duty in duties if duty.id == own), name)

    def chain(self, said: Chain) -> str:
        raw = self.draft.content["chain"][self.model.chains.index(said)]["links"]
        links = [
            _("%(sender)s告知%(to)s（%(within)s）")
            % {
                "sender": self.role_name(link.sender),
                "to": _("、").join(map(self.role_name, link.to)),
                "within": _("由采用地确定时限") if self._open_marks(raw[number]) else wording.lapse(link.within),
            }
            for number, link in enumerate(said.links)
        ]
        text = _("“%(name)s”：发生%(events)s时，%(links)s")
        events = _("、").join(map(self.event_name, said.events))
        return self._because(text % {"name": _(said.name), "events": events, "links": _("，再由").join(links)}, said.source)

    def step(self, said: Step) -> str:
        """``个案（疑似失踪）在“待受理”：不超过30分钟；逾期超过2小时，提醒市级``."""
        state, events, within, later = self.limit(said)
        where = _("个案（%(events)s）在“%(state)s”") if events else _("个案在“%(state)s”")
        clauses = [_("%(text)s：%(more)s") % {"text": where % {"state": state, "events": events}, "more": within}, *later]
        clauses += [_(said.note)] if said.note else []
        return self._because(_("；").join(clauses), said.source)

    def limit(self, said: Step) -> tuple[str, str, str, list[str]]:
        """The state, the events (empty is all), how long, and who hears of it when it takes longer."""
        raw = self.draft.content["step"][self.model.steps.index(said)]
        within = _("由采用地确定时限") if self._open_marks(raw) else _("不超过%(length)s") % {"length": wording.length(said.within)}
        later = [_("%(after)s，提醒%(level)s") % {"after": wording.after(each.after), "level": wording.HEIGHTS[each.to]} for each in said.escalate]
        return _(vocabulary().states[said.state]), _("、").join(map(self.event_name, said.events)), within, later

    def _open_marks(self, raw: object) -> list[Parameter]:
        """The parameters that a place must still set and on which how often or how fast depends."""
        return [self.open[name] for name in dict.fromkeys(parameters.marks(raw)) if name in self.open]

    @staticmethod
    def _because(text: str, source: str) -> str:
        return _("%(text)s。依据：%(source)s") % {"text": text, "source": source} if source else _("%(text)s。") % {"text": text}


def sentences(draft: Draft, values: Mapping[str, Setting] | None = None) -> list[str]:
    """The whole model as a list of sentences."""
    return list(Explainer(draft, values).sentences())
