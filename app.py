"""The application: configuration, extensions, blueprints, commands, error pages. Wiring only."""

from pathlib import Path
from typing import Any

import click
from alembic.script import ScriptDirectory
from flask import Flask
from flask.cli import FlaskGroup
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.cli
import accounts.guards
import accounts.views
import analytics.cli
import analytics.views
import core.cli
import core.views
import courses.models
import courses.views
import demo.cli
import exam.cli
import exam.views
import laws.cli
import laws.views
import navigation
import question_bank.cli
import question_bank.views
import study.views
from core import db, errors, headers, logs, templating
from core.config import Config

ROOT = Path(__file__).parent
BLUEPRINTS = (
    core.views.bp,
    accounts.views.bp,
    laws.views.bp,
    question_bank.views.bp,
    exam.views.bp,
    courses.views.bp,
    study.views.bp,
    analytics.views.bp,
)
COMMANDS = (
    accounts.cli.cli,
    laws.cli.cli,
    question_bank.cli.cli,
    exam.cli.cli,
    analytics.cli.cli,
    demo.cli.cli,
)

csrf = CSRFProtect()
bootstrap = Bootstrap5()


def create_app(config: Config | None = None, **flask_config: Any) -> Flask:
    """The WSGI application of ``config`` (by default: of the environment)."""
    config = config or Config.from_env()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    logs.configure(config.log_level)
    app = Flask(__name__)
    app.config.from_mapping(config.flask())
    app.config.from_mapping(flask_config)
    app.config["MIGRATION_HEAD"] = migration_head()
    db.init_app(app)
    csrf.init_app(app)
    bootstrap.init_app(app)
    for part in (logs, headers, errors, templating):
        part.init_app(app)
    accounts.guards.init_app(app)
    navigation.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Werkzeug documents it
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    return app


def migration_head() -> str:
    return str(ScriptDirectory(str(ROOT / "migrations")).get_current_head())


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False)
def cli() -> None:
    """学法培训考试系统。"""


core.cli.register(cli)
for group in COMMANDS:
    cli.add_command(group)
