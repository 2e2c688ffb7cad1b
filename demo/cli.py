"""`xuefa demo`: load the demonstration organisation once and say who can sign in."""

import sys

import click
from flask.cli import with_appcontext

from accounts.permissions import Role
from core import clock
from core.cli import report
from core.db import db
from demo.loading import everything
from demo.loading.organisation import PASSWORD


@click.command("demo")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def cli(as_json: bool) -> None:
    """装入演示单位（已装入则跳过），并列出可登录的账号。"""
    at = clock.now()
    if everything.is_empty():
        everything.load(at=at)
        db.session.commit()
    elif not everything.is_loaded():
        click.echo("数据库中已有真实人员，未装入演示单位。", err=True)
        report({"accounts": [], "open_session": None}, [], as_json=as_json)
        sys.exit(0)
    found = everything.loaded(at=at)
    data = {
        "accounts": [
            {"role": role, "title": title(role), "username": username, "password": PASSWORD}
            for role, username in found.accounts
        ],
        "open_session": found.open_session,
    }
    lines = [f"{title(role)}\t{username}\t{PASSWORD}" for role, username in found.accounts]
    report(data, lines, as_json=as_json)


def title(role: str) -> str:
    return Role.of(role).label
