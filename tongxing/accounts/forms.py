"""What people fill in: signing in, passwords, digits, appointments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxing.accounts.models import User
from tongxing.ground.today import now


class SignInForm(AuthenticationForm):
    """User name and password. What is wrong is never told apart: not the name, not the password, not a closed sign-in."""

    error_messages = {"invalid_login": gettext_lazy("用户名或者密码不正确。"), "inactive": gettext_lazy("用户名或者密码不正确。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("用户名")
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].label = _("密码")

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()

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
