"""Signing in and changing one's password."""

from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from core.forms import Form


class SignInForm(Form):
    username = StringField(
        "用户名", [InputRequired("请输入用户名"), Length(max=60, message="用户名过长")]
    )
    password = PasswordField(
        "密码", [InputRequired("请输入密码"), Length(max=200, message="密码过长")]
    )


class PasswordForm(Form):
    current = PasswordField("当前密码", [InputRequired("请输入当前密码"), Length(max=200)])
    new = PasswordField("新密码", [InputRequired("请输入新密码"), Length(max=200)])
    again = PasswordField(
        "再次输入新密码",
        [InputRequired("请再次输入新密码"), EqualTo("new", message="两次输入的密码不一致")],
    )
