"""The grades of a school, called as people call them: 三年级, 初二, 中班; only those of the stage that was chosen are in sight."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongxing.units.codes import STAGE
from tongxing.units.rules import grade_name


def grades() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Grouped by stage. A grade's value is its number within the stage, so that several stages share it."""
    found: list[tuple[str, str | list[tuple[str, str]]]] = [("", _("未填写"))]
    return found + [(stage.value, [(str(number), _called(stage.value, number)) for number in range(1, stage.grades + 1)]) for stage in STAGE]


def _called(stage: str, number: int) -> str:
    """The names are Chinese; another language counts."""
    return grade_name(stage, number) if (get_language() or "zh").startswith("zh") else _("%(n)s年级") % {"n": number}


class GradeSelect(forms.Select):
    """A list of grades beside a question named ``stage`` (with the same prefix): a stage's grades show where that is the answer."""

    template_name = "children/grades.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        question = name.removesuffix("grade") + "stage"
        context["groups"] = [
            {"label": STAGE.text(stage) if stage else "", "when": f"{question}={stage}" if stage else "", "options": options}
            for stage, options, _index in context["widget"]["optgroups"]
        ]
        return context
