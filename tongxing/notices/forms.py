"""Forms of notices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.notices import queries
from tongxing.notices.actions import MOST_FILES, Draft
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Cleans to (title, content) of each file."""

    widget = FilesInput

    def clean(self, value: Any) -> tuple[tuple[str, bytes], ...]:
        return tuple((str(file.name), file.read()) for file in value or ())


class NoticeForm(forms.Form):
    """A notice as it is written."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)  # sent twice, it is one notice
    title = forms.CharField(label=gettext_lazy("标题"), max_length=80)
    text = forms.CharField(
        label=gettext_lazy("正文"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("不写儿童姓名、身份证号和手机号；需要时请大家登录后查看档案。"),
    )
    place = PlaceField(label=gettext_lazy("发给哪里"))
    roles = forms.MultipleChoiceField(label=gettext_lazy("发给哪些岗位"), widget=forms.CheckboxSelectMultiple)
    due = forms.DateField(label=gettext_lazy("最迟哪天读完"), required=False, widget=DateInput(), help_text=gettext_lazy("可以不填"))
    urgent = forms.BooleanField(label=gettext_lazy("紧急：立即发短信提醒"), required=False)
    confirm = forms.BooleanField(label=gettext_lazy("需要每个人确认“已阅读并遵守”（如管理制度、工作人员行为规范）"), required=False)
    standing = forms.BooleanField(label=gettext_lazy("长期有效：以后上岗的人也会收到"), required=False)
    enclosures = FilesField(label=gettext_lazy("附件"), required=False, help_text=gettext_lazy("图片、PDF、Word 或 Excel，最多5个；带宏的不收。附件里不能有儿童的个人信息。"))
    no_names = forms.BooleanField(label=gettext_lazy("这些只是普通的词，不是儿童的姓名"), required=False)

    def __init__(self, *args: Any, within: int, asks_names: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(label=self.fields["place"].label, within=within, levels=[level for level in Level if level])
        self.fields["roles"].choices = [(role.id, role.name) for role in queries.addressed(within).values()]  # type: ignore[attr-defined]
        self.asks_names = asks_names or "no_names" in self.data

    def clean_enclosures(self) -> tuple[tuple[str, bytes], ...]:
        files: tuple[tuple[str, bytes], ...] = self.cleaned_data["enclosures"]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("附件最多%(most)s个") % {"most": MOST_FILES})
        return files

    def draft(self) -> Draft:
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("id", "enclosures")}
        return Draft(**data | {"place": data["place"].code, "roles": tuple(data["roles"]), "files": self.cleaned_data["enclosures"]})


class ReasonForm(forms.Form):
    """Why a notice is taken back."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("收到的人会看到"))
