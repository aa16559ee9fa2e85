"""What people fill in: signing in, passwords, digits, appointments."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts import rules
from tongxing.accounts.models import Person, Post, User
from tongxing.accounts.queries import near, people_managed_by
from tongxing.accounts.roles import ROLES, Role, Sees
from tongxing.accounts.rules import Seat
from tongxing.ground.today import now, today
from tongxing.places import codes
from tongxing.places.codes import Level
from tongxing.places.forms import PlaceField

LONGEST_USERNAME = 60
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SignInForm(AuthenticationForm):
    """User name and password. What is wrong is never told apart: not the name, not the password, not a closed sign-in."""

    error_messages = {"invalid_login": gettext_lazy("用户名或者密码不正确。"), "inactive": gettext_lazy("用户名或者密码不正确。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip().lower()
        if len(name) > LONGEST_USERNAME:
            raise self.get_invalid_login_error()
        return name

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        assert isinstance(user, User)
        if user.one_time_until is not None and user.one_time_until < now():
            raise ValidationError(_("一次性密码已过期，请联系上级重新设置。"), code="expired")


class PasswordForm(forms.Form):
    """A password of one's own, typed twice. The present one is asked for, unless it was just used to sign in and must go."""

    present = forms.CharField(label=gettext_lazy("现在的密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}))
    new = forms.CharField(label=gettext_lazy("新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    again = forms.CharField(label=gettext_lazy("再次输入新密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.must_change_password:
            del self.fields["present"]
            self.fields["new"].widget.attrs["autofocus"] = True
        self.fields["new"].help_text = _("至少10个字符，同时有字母和数字，不要用姓名、生日和常见密码。")

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError(_("现在的密码不正确。"), code="wrong")
        return present

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        if self.user.check_password(new):
            raise ValidationError(_("新密码不能和现在的密码相同。"), code="same")
        password_validation.validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", _("两次输入的新密码不一致。"))
        return cleaned


class DigitsForm(forms.Form):
    """The six digits of the moment, or a recovery code."""

    digits = forms.CharField(
        label=gettext_lazy("动态口令"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True})
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}))


def appointable(by: Post) -> list[Role]:
    """The roles to which a post may appoint somewhere in its place."""
    depth = codes.level(by.place_id)
    return [role for role in ROLES.values() if any(level >= depth and rules.may_appoint(by.seat, Seat(role.id, _somewhere(by, level))) for level in role.levels)]


def _somewhere(by: Post, level: Level) -> int:
    """A place of that level in the post's range: the first code there can be."""
    return by.place_id if level == codes.level(by.place_id) else by.place_id + codes.SIZES[level]


class AppointForm(forms.Form):
    """A post for somebody: a person who is here already, or a new one with an optional sign-in."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("工作电话"), max_length=30, required=False)
    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    unit_name = forms.CharField(label=gettext_lazy("单位"), max_length=100, required=False, help_text=gettext_lazy("教师、部门联络员和社工填写所在单位"))
    since = forms.DateField(label=gettext_lazy("任职日期"), widget=DAY)
    until = forms.DateField(label=gettext_lazy("离任日期"), widget=DAY, required=False, help_text=gettext_lazy("没有期限的不填"))
    concurrent = forms.CharField(label=gettext_lazy("兼任职务"), max_length=60, required=False, help_text=gettext_lazy("如村妇联主席、村会计"))
    record_checked_on = forms.DateField(label=gettext_lazy("从业查询日期"), widget=DAY, required=False, help_text=gettext_lazy("没有查询的，岗位可以任命，但权限暂停"))
    record_check_clear = forms.BooleanField(label=gettext_lazy("查询无违法犯罪记录"), required=False)
    certificate = forms.CharField(label=gettext_lazy("培训证书编号"), max_length=60, required=False)
    username = forms.CharField(label=gettext_lazy("用户名"), max_length=60, required=False, help_text=gettext_lazy("填写后开通登录，并给出一次性密码；可以以后再开通"))
    another = forms.BooleanField(label=gettext_lazy("不是同一人，确认新增"), required=False)

    def __init__(self, *args: Any, by: Post, person: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.person = by, person
        self.fields["role"] = forms.ChoiceField(label=_("岗位"), choices=[("", "—"), *((role.id, role.name) for role in appointable(by))])
        levels = tuple(sorted({level for role in appointable(by) for level in role.levels if level >= codes.level(by.place_id)}))
        self.fields["place"] = PlaceField(label=_("地点"), within=by.place_id, levels=levels)
        if person is not None:
            for name in ("name", "phone", "record_checked_on", "record_check_clear", "certificate", "username", "another"):
                del self.fields[name]
        first = ["role", "place"] if person is not None else ["name", "phone", "role", "place"]
        self.namesakes: list[Person] = []
        self.order_fields([*first, *(name for name in self.fields if name not in first)])

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        return free_username(username) if username.strip() else ""

    def clean_record_checked_on(self) -> date | None:
        on: date | None = self.cleaned_data["record_checked_on"]
        if on and on > today():
            raise ValidationError(_("从业查询日期不能在今天以后。"))
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role = ROLES.get(str(cleaned.get("role")))
        if role and role.sees is Sees.GRANTED and not cleaned.get("unit_name"):
            self.add_error("unit_name", _("请填写所在单位。"))
        if self.person is None and cleaned.get("name") and not cleaned.get("another"):
            self.namesakes = list(people_managed_by(self.by).filter(name=" ".join(cleaned["name"].split()))[:5])
            if self.namesakes:
                self.add_error("another", _("这里已有同名人员。是同一人的，请打开其页面任命；不是同一人的，请勾选。"))
        return cleaned


class EndForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("离任日期"), widget=DAY, help_text=gettext_lazy("从这一天起不再有此岗位的权限"))
    reason = forms.CharField(label=gettext_lazy("离任原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text=gettext_lazy("如换届、调动、辞职；会记入岗位历史"))


class DeputyForm(forms.Form):
    """Who stands in, and from when to when."""

    person = forms.ModelChoiceField(label=gettext_lazy("代理人"), queryset=Person.objects.none(), help_text=gettext_lazy("本地、相邻或者上一级在岗的工作人员"))
    since = forms.DateField(label=gettext_lazy("开始日期"), widget=DAY)
    last = forms.DateField(label=gettext_lazy("最后一天"), widget=DAY)

    def __init__(self, *args: Any, principal: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = near(principal.place_id, principal.role).exclude(person=principal.person_id).select_related("person", "place")
        names = {post.person_id: f"{post.person.name} · {post}" for post in posts}
        choice = self.fields["person"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Person.objects.filter(pk__in=names).order_by("pinyin", "name")
        choice.label_from_instance = lambda person: names.get(person.pk, person.name)  # type: ignore[method-assign,assignment]


def free_username(text: str) -> str:
    """The user name as it will be kept. Raises ValidationError where it cannot be one or is taken."""
    username = text.strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", username):
        raise ValidationError(_("用户名由至少3个小写字母、数字、点、横线组成。"))
    if User.objects.filter(username=username).exists():
        raise ValidationError(_("用户名“%(username)s”已有人使用。") % {"username": username})
    return username


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("工作电话"), max_length=30, required=False)


class RecordCheckForm(forms.Form):
    """What the police's answer says (未成年人保护法 art. 62)."""

    on = forms.DateField(label=gettext_lazy("从业查询日期"), widget=DAY)
    clear = forms.TypedChoiceField(
        label=gettext_lazy("查询结果"),
        choices=[("1", gettext_lazy("无违法犯罪记录")), ("0", gettext_lazy("查到违法犯罪记录"))],
        coerce=lambda text: text == "1",
        widget=forms.RadioSelect,
    )

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > today():
            raise ValidationError(_("从业查询日期不能在今天以后。"))
        return on


class CertificateForm(forms.Form):
    certificate = forms.CharField(label=gettext_lazy("培训证书编号"), max_length=60, required=False, help_text=gettext_lazy("没有证书的留空"))
    on = forms.DateField(label=gettext_lazy("取证日期"), widget=DAY, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("certificate") and not cleaned.get("on"):
            self.add_error("on", _("请填写取证日期。"))
        return cleaned


class UsernameForm(forms.Form):
    username = forms.CharField(label=gettext_lazy("用户名"), max_length=60, help_text=gettext_lazy("如姓名拼音加数字；开通后给出一次性密码"))

    def clean_username(self) -> str:
        return free_username(self.cleaned_data["username"])
