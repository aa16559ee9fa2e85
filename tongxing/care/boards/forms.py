"""What is asked before somebody urges, waives, suspends or hands over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxing.children.forms.inputs import day

BACK = "-"  # to whoever holds the role


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class SuspendForm(ReasonForm):
    """Why, and until when as far as one knows."""

    expected = day(_("预计恢复日期"), required=False, help_text=_("到这一天，名单会提醒您恢复；不知道就不填"))


class HandOverForm(ReasonForm):
    """To whom, and why. ``withheld``: who would come into question but for the record check that is missing."""

    to = forms.ChoiceField(label=_("交给谁"))

    def __init__(self, *args: object, people: Iterable[tuple[UUID, str]], withheld: Sequence[str] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((str(person), name) for person, name in people), (BACK, _("交还原来的责任人"))]
        if withheld:
            field.help_text = _("权限暂停，现在不能接手：%(names)s") % {"names": "、".join(withheld)}
        self.order_fields(["to", "reason"])

    @property
    def person(self) -> UUID | None:
        chosen = self.cleaned_data["to"]
        return None if chosen == BACK else UUID(chosen)


class EmptyForm(forms.Form):
    """Only a button."""
