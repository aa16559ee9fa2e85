"""What the answers of an assessment come to, and why: pure functions that explain themselves in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxing.protection.scales import Band, Domain, Indicator, Option, Scale

REASONS: Final = 6  # so many answers are named, the weightiest first


class NoScore(ValueError):
    """Answers that the scale does not know; ``wrong`` has a sentence for each indicator."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(_("；").join(wrong.values()))
        self.wrong = dict(wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One domain: ``points`` of at most ``most``; ``answered`` of ``asked``."""

    domain: Domain
    points: int
    most: int
    answered: int
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """``band`` is what the answers say, ``worst`` what they could say once the rest is answered. ``decisive``: answers that alone make the band."""

    scale: Scale
    answers: Mapping[str, str]
    total: int
    parts: tuple[Part, ...]
    band: Band
    worst: Band
    decisive: tuple[str, ...]
    unanswered: tuple[str, ...]
    helps: tuple[str, ...]
    because: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An indicator that assessors answered differently; ``options`` in their order, None where one has not answered. ``spread`` in points."""

    indicator: Indicator
    options: tuple[Option | None, ...]
    spread: int


def score(scale: Scale, answers: Mapping[str, str]) -> Result:
    """Count the answers (indicator to option). Empty answers are unanswered. Raises ``NoScore``."""
    given = _given(scale, answers)
    total = sum(option.points for option in given.values())
    unanswered = tuple(each.id for each in scale.indicators if each.id not in given)
    possible = {**given, **{each.id: _worst(scale, each) for each in scale.indicators if each.id not in given}}
    band, decisive = _band(scale, given)
    worst, _by = _band(scale, possible)
    weighty = sorted((each for each in scale.indicators if each.id in given and given[each.id].points), key=lambda each: -given[each.id].points)
    return Result(
        scale=scale,
        answers={name: option.value for name, option in given.items()},
        total=total,
        parts=tuple(_part(scale, domain, given) for domain in scale.domains),
        band=band,
        worst=worst,
        decisive=decisive,
        unanswered=unanswered,
        helps=tuple(dict.fromkeys(name for each in weighty for name in each.helps)),
        because=tuple(_because(scale, given, weighty, total, band, worst, decisive, len(unanswered))),
    )


def differences(results: Sequence[Result]) -> list[Difference]:
    """Where assessors of one scale differ, the widest apart first. An answer that one of them has not given differs from one that was."""
    found = []
    for indicator in results[0].scale.indicators if results else ():
        options = tuple(indicator.option(result.answers.get(indicator.id, "")) for result in results)
        if len(set(options)) > 1:
            points = [option.points for option in options if option]
            found.append(Difference(indicator=indicator, options=options, spread=max(points) - min(points)))
    return sorted(found, key=lambda each: -each.spread)


def _given(scale: Scale, answers: Mapping[str, str]) -> dict[str, Option]:
    """The answers in the scale's order."""
    wrong = {name: _("没有名为“%(name)s”的指标") % {"name": name} for name in answers if scale.indicator(name) is None}
    given: dict[str, Option] = {}
    for each in scale.indicators:
        if not (value := answers.get(each.id, "")):
            continue
        if option := each.option(value):
            given[each.id] = option
        else:
            wrong[each.id] = _("“%(name)s”没有这个选项") % {"name": _(each.label)}
    if wrong:
        raise NoScore(wrong)
    return given


def _band(scale: Scale, given: Mapping[str, Option]) -> tuple[Band, tuple[str, ...]]:
    """The worse of what the points say and what single answers say, and which answers those are."""
    order = {band.id: number for number, band in enumerate(scale.bands)}
    by_points = order[scale.at(sum(option.points for option in given.values())).id]
    single = max((order[option.band] for option in given.values() if option.band), default=-1)
    if single <= by_points:
        return scale.bands[by_points], ()
    return scale.bands[single], tuple(name for name, option in given.items() if option.band and order[option.band] == single)


def _worst(scale: Scale, indicator: Indicator) -> Option:
    """The worst answer: first by the band that it makes alone, then by points."""
    order = {"": -1} | {band.id: number for number, band in enumerate(scale.bands)}
    worst = max(indicator.options, key=lambda option: (order[option.band], option.points))
    return Option(value=worst.value, label=worst.label, points=indicator.most, band=worst.band)


def _part(scale: Scale, domain: Domain, given: Mapping[str, Option]) -> Part:
    own = [each for each in scale.indicators if each.domain == domain.id]
    answered = [each for each in own if each.id in given]
    return Part(domain=domain, points=sum(given[each.id].points for each in answered), most=sum(each.most for each in own), answered=len(answered), asked=len(own))


def _because(scale: Scale, given: Mapping[str, Option], weighty: Sequence[Indicator], total: int, band: Band, worst: Band, decisive: tuple[str, ...], unanswered: int) -> list[str]:
    by_points = scale.at(total)
    found = [
        _("得分%(total)s（最高%(most)s），“%(band)s”是%(least)s到%(upto)s分。")
        % {"total": total, "most": scale.most, "band": _(by_points.label), "least": by_points.least, "upto": scale.upto(by_points)}
    ]
    for name in decisive:
        indicator = scale.indicator(name)
        assert indicator
        words = {"indicator": _(indicator.label), "answer": _(given[name].label), "band": _(band.label)}
        found.append(_("“%(indicator)s”：%(answer)s，单凭这一项就是“%(band)s”。") % words)
    others = [each for each in weighty if each.id not in decisive]
    found += [
        _("“%(indicator)s”：%(answer)s，%(points)s分。") % {"indicator": _(each.label), "answer": _(given[each.id].label), "points": given[each.id].points}
        for each in others[:REASONS]
    ]
    if rest := others[REASONS:]:
        text = ngettext("另有%(count)s项，共%(points)s分。", "另有%(count)s项，共%(points)s分。", len(rest))
        found.append(text % {"count": len(rest), "points": sum(given[each.id].points for each in rest)})
    if given and not weighty:
        found.append(_("已答的各项都没有发现问题。"))
    if unanswered:
        text = ngettext("还有%(count)s项没有回答，最坏可能是“%(band)s”。", "还有%(count)s项没有回答，最坏可能是“%(band)s”。", unanswered)
        found.append(text % {"count": unanswered, "band": _(worst.label)})
    return found
