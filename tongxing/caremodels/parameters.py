"""Parameters: what an adopting place says where the source gives no number, within bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tongxing.caremodels.files import WEEKDAYS
from tongxing.caremodels.shapes import MINUTES, Lapse, Parameter

type Setting = str | int


class ParameterError(ValueError):
    """What a place has set does not fit; ``wrong`` has a sentence for each parameter."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(_("；").join(wrong.values()))
        self.wrong = dict(wrong)


def mark(value: object) -> str:
    """The parameter that a value of the file names (``$visits``); empty where it is a value."""
    return value[1:] if isinstance(value, str) and value.startswith("$") else ""


def marks(value: object) -> Iterator[str]:
    """All parameters that a part of the file names."""
    if isinstance(value, dict):
        for each in value.values():
            yield from marks(each)
    elif isinstance(value, list):
        for each in value:
            yield from marks(each)
    elif name := mark(value):
        yield name


def sample(parameter: Parameter) -> Setting:
    """Any value that the parameter may have: what a file is checked with."""
    if parameter.default is not None:
        return parameter.default
    match parameter.kind:
        case "number" | "month":
            return parameter.least or 1
        case "lapse":
            return f"{parameter.least or 1}d"
        case "weekday":
            return WEEKDAYS[0]
        case "choice":
            return parameter.options[0].value


def settled(parameters: Sequence[Parameter], given: Mapping[str, Setting]) -> dict[str, Setting]:
    """All values: those given and the defaults.

    Raises ``ParameterError`` for one that must be set and is not, does not exist, or is out of bounds.
    """
    known = {each.id: each for each in parameters}
    wrong = {name: _("没有名为“%(name)s”的参数") % {"name": name} for name in given if name not in known}
    values: dict[str, Setting] = {}
    for each in parameters:
        value = given.get(each.id, each.default)
        if value is None or value == "":
            wrong[each.id] = _("请填写“%(name)s”：依据没有规定数值，由采用地确定") % {"name": _(each.name)}
        elif fault := _fault(each, value):
            wrong[each.id] = fault
        else:
            values[each.id] = value
    if wrong:
        raise ParameterError(wrong)
    return values


def _fault(parameter: Parameter, value: Setting) -> str:
    """What is wrong with the value, empty where nothing is. Speaks only then: files are read before there are translations."""
    match parameter.kind:
        case "choice":
            return "" if value in {each.value for each in parameter.options} else _("“%(name)s”没有这个选项") % {"name": _(parameter.name)}
        case "weekday":
            return "" if value in WEEKDAYS else _("“%(name)s”应为一周中的一天") % {"name": _(parameter.name)}
        case "month" | "number":
            if not isinstance(value, int) or isinstance(value, bool):
                return _("“%(name)s”应为整数") % {"name": _(parameter.name)}
            least, most = (parameter.least, parameter.most) if parameter.kind == "number" else (parameter.least or 1, parameter.most or 12)
            amount = value
        case "lapse":
            try:
                amount = Lapse.parse(str(value)).minutes
            except ValueError:
                return _("“%(name)s”应为时长：30m（分钟）、2h（小时）、3d（天）或5wd（工作日）") % {"name": _(parameter.name)}
            least = None if parameter.least is None else parameter.least * MINUTES[parameter.unit]
            most = None if parameter.most is None else parameter.most * MINUTES[parameter.unit]
    if (least is not None and amount < least) or (most is not None and amount > most):
        bounds = {"name": _(parameter.name), "least": parameter.least or int(parameter.kind == "month"), "most": parameter.most or 12}
        return _("“%(name)s”应在%(least)s到%(most)s之间") % bounds
    return ""


def filled(value: Any, values: Mapping[str, object]) -> Any:
    """The file's content with every ``$name`` replaced. Raises ``KeyError`` with a name that no parameter has."""
    match value:
        case dict():
            return {key: filled(item, values) for key, item in value.items()}
        case list():
            return [item for each in value for item in _items(each, values)]
        case str() if name := mark(value):
            return values[name]
        case _:
            return value


def _items(value: Any, values: Mapping[str, object]) -> list[Any]:
    """One item of a list; an option that means several, separated by commas, is as many items."""
    found = filled(value, values)
    return found.split(",") if mark(value) and isinstance(found, str) else [found]


def meanings(parameters: Sequence[Parameter], values: Mapping[str, Setting]) -> dict[str, object]:
    """What stands in the file for each value: the meaning of the chosen option, or the value itself."""
    chosen = {each.id: {option.value: option.means or option.value for option in each.options} for each in parameters}
    return {name: chosen[name].get(str(value), value) if chosen.get(name) else value for name, value in values.items()}
