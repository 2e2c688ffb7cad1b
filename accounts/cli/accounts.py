"""`xuefa accounts …`: the first administrators, and nobody who has left."""

import sys

import click
from flask.cli import with_appcontext

from accounts import passwords
from accounts.permissions import LANES, Role
from accounts.services import issuing
from core import clock
from core.cli import report
from core.db import db
from core.errors import Refused


@click.group("accounts")
def cli() -> None:
    """账号。"""


@cli.command("create-admin")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in LANES]),
    help="sys_admin 系统管理员，sec_admin 安全管理员，auditor 安全审计员",
)
@click.option("--name", required=True, help="姓名")
@click.option("--number", required=True, help="工号，即用户名")
@click.option("--unit", default="办公室", show_default=True, help="所在部门，没有则新增")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def create_admin(role: str, name: str, number: str, unit: str, *, as_json: bool) -> None:
    """建立首任管理员账号，显示一次性初始密码（72 小时内登录，登录后须修改）。"""
    password = passwords.issued()
    try:
        account = issuing.first_administrator(
            role=Role.of(role),
            name=name.strip(),
            number=number,
            unit_name=unit.strip(),
            password=password,
            at=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        click.echo(f"未建立账号：{refusal}。", err=True)
        sys.exit(2)
    db.session.commit()
    data = {"role": role, "username": account.username, "password": password}
    lines = [
        f"已建立{Role.of(role).label}账号。",
        f"用户名：{account.username}",
        f"初始密码：{password}",
        "初始密码只显示这一次，72 小时内有效，首次登录须修改。",
    ]
    report(data, lines, as_json=as_json)


@cli.command("disable-left")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def disable_left(*, as_json: bool) -> None:
    """停用离岗人员的账号；可重复执行。"""
    shut = shut_out_the_left()
    lines = [f"停用 {len(shut)} 个离岗人员的账号。", *(f"  {each}" for each in shut)]
    report({"disabled": shut}, lines, as_json=as_json)


def shut_out_the_left() -> list[str]:
    """The job and the command: user names of the accounts that were still open."""
    shut = [account.username for account in issuing.disable_left(at=clock.now())]
    db.session.commit()
    return shut
