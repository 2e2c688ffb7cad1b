"""The application: configuration, extensions, blueprints, commands, error pages. Wiring only."""

import gc

# What is loaded stays: to look through it for garbage again and again takes a quarter of the time.
gc.disable()

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from alembic.script import ScriptDirectory
from flask import Flask
from flask.cli import FlaskGroup
from flask_bootstrap import Bootstrap5
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.cli.accounts
import accounts.cli.people
import accounts.guards
import accounts.views
import accounts.views.entrance
import analytics.board.cli
import analytics.board.views
import analytics.calibration.queries
import analytics.cli
import analytics.evaluation.queries
import analytics.evaluation.views
import analytics.exports.cli
import analytics.views
import core.cli
import core.views
import courses.assigning.views
import courses.classes.queries.proving
import courses.classes.views
import courses.cli
import courses.hours.queries
import courses.hours.registry
import courses.hours.views
import courses.lessons.views
import courses.lessons.views.large
import courses.must_know.views
import courses.plans.views
import courses.quality.views
import courses.queries.outdated_cases
import courses.queries.proving
import courses.queries.teaching
import courses.reminding.cli
import courses.reminding.queries
import courses.reminding.registry
import courses.reminding.views
import courses.revisions.views
import courses.services.amending
import courses.services.indexing
import courses.views
import demo.cli
import exam.cli
import exam.queries.papers.exposure
import exam.queries.papers.pictures
import exam.queries.results.teaching
import exam.queries.sessions.eligibility
import exam.queries.sessions.training
import exam.saving.front
import exam.saving.middleware
import exam.saving.presence
import exam.saving.pulses
import exam.views
import exam.views.attempts.opening
import exam.views.papers.ahead
import laws.cli
import laws.lists.views
import laws.services.indexing
import laws.views
import navigation
import question_bank.cli
import question_bank.pictures.queries
import question_bank.queries.calibrated
import question_bank.queries.holding
import question_bank.services.amending
import question_bank.services.indexing
import question_bank.views
import study.archive.registry
import study.archive.views
import study.cases.queries
import study.cases.services.amending
import study.cases.services.indexing
import study.cases.views
import study.daily.views
import study.finding.views
import study.group.queries.tasks
import study.group.views
import study.notes.views
import study.practice.queries.pictures
import study.practice.queries.runs
import study.practice.views
import study.views
from core import (
    assets,
    bodies,
    command_words,
    cookie,
    db,
    errors,
    forgery,
    headers,
    jobs,
    logs,
    routing,
    templating,
)
from core.config import BadSetting, Config
from core.fulltext import index
from core.serving.bridge import Bridge, Front
from laws import following

gc.freeze()
gc.enable()

ROOT = Path(__file__).parent
BLUEPRINTS = (
    core.views.bp,
    accounts.views.bp,
    laws.views.bp,
    laws.lists.views.bp,
    question_bank.views.bp,
    exam.views.bp,
    exam.views.verify_bp,
    courses.views.bp,
    courses.views.changes_bp,
    courses.assigning.views.bp,
    courses.hours.views.bp,
    courses.reminding.views.bp,
    courses.lessons.views.bp,
    courses.lessons.views.runtime_bp,
    courses.must_know.views.bp,
    courses.revisions.views.bp,
    courses.plans.views.bp,
    courses.classes.views.bp,
    courses.quality.views.bp,
    study.views.bp,
    study.finding.views.bp,
    study.practice.views.bp,
    study.group.views.bp,
    study.group.views.feed_bp,
    study.daily.views.bp,
    study.notes.views.bp,
    study.cases.views.bp,
    study.archive.views.bp,
    analytics.views.bp,
    analytics.board.views.bp,
    analytics.evaluation.views.bp,
)
COMMANDS = (
    accounts.cli.people.cli,
    accounts.cli.accounts.cli,
    laws.cli.cli,
    question_bank.cli.cli,
    exam.cli.cli,
    courses.cli.cli,
    analytics.cli.cli,
    demo.cli.cli,
)

#: What can be found by full text, in the order in which it is indexed anew.
FINDABLE = (
    *laws.services.indexing.SOURCES,
    *question_bank.services.indexing.SOURCES,
    *courses.services.indexing.SOURCES,
    *study.cases.services.indexing.SOURCES,
)
JOBS = (
    jobs.Job("hand-in-overdue", 15, exam.cli.hand_in_overdue),
    jobs.Job("write-pulses", 1, exam.saving.pulses.flush),
    jobs.Job("lay-out-papers", 60, exam.views.papers.ahead.lay_out, at_once=True),
    jobs.Job("keep-apart", 10 * 60, exam.cli.keep_apart),
    jobs.Job("disable-left", 60 * 60, accounts.cli.accounts.shut_out_the_left),
    jobs.Job("record-completions", 60, courses.cli.record_completions),
    jobs.Job("tell-what-is-due", 15 * 60, courses.reminding.cli.tell),
    jobs.Job("make-exports", 10 * 60, analytics.exports.cli.make_due),
    jobs.Job("make-board", 60, analytics.board.cli.make_due),
    jobs.Job("hand-in-mail", 30, courses.reminding.cli.hand_in_mail),
)

# Papers lie above the bank, which asks what they hold back, and whom they show a picture.
question_bank.queries.holding.wire(
    exam.queries.papers.exposure.held, exam.queries.papers.exposure.withheld
)
question_bank.queries.usage.wire(
    exam.queries.papers.exposure.on_papers, exam.queries.papers.exposure.met_by
)
# Calibrations are accepted above both; the bank shows them and assembly reckons with them.
question_bank.queries.calibrated.wire(
    analytics.calibration.queries.current, analytics.calibration.queries.history
)
# Courses lie above exams, whose results name those that teach what somebody got wrong.
exam.queries.results.teaching.wire(courses.queries.teaching.of_articles)
question_bank.pictures.queries.wire(
    exam.queries.papers.pictures.on_papers, study.practice.queries.pictures.on_runs
)
# Practice lies above both; papers are set with what was practised in mind.
exam.queries.papers.exposure.wire(study.practice.queries.runs.people_of)
# Cases lie above courses, whose worklist of changes of law counts them.
courses.queries.outdated_cases.wire(study.cases.queries.flagged)
# Courses lie above exams, which ask what somebody has studied before they may sit.
exam.queries.sessions.eligibility.wire(courses.queries.proving)
# … and which training somebody completed after an appointment.
exam.queries.sessions.training.wire(courses.classes.queries.proving.appointment_training)

# Training of a kind that somebody completed: classes and claims.
courses.hours.registry.wire(
    courses.hours.queries.claimed, courses.classes.queries.proving.completed
)

# The evaluation lies above the archive, of which it is a section.
study.archive.registry.wire(analytics.evaluation.queries.archived)


def followers(config: Config) -> Sequence[following.Follower]:
    """What happens when the register changes, in this order (laws/following.py)."""
    return (
        question_bank.services.amending.follow,
        partial(courses.services.amending.follow, window=config.new_law_window),
        study.cases.services.amending.follow,
    )


def owed(config: Config) -> Sequence[courses.reminding.registry.Provider]:
    """What people owe and are reminded of, kind by kind."""
    kinds = courses.reminding.queries
    return (
        kinds.of_courses,
        kinds.of_exams,
        partial(kinds.of_deadlines, probation=config.probation_months),
        kinds.of_claims,
        kinds.of_surveys,
        study.group.queries.tasks.owed,
    )


class App(Flask):
    """Flask, which looks at every call whether a function is asynchronous; none of ours is."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


csrf = forgery.Protection()
bootstrap = Bootstrap5()


def create_app(config: Config | None = None, **flask_config: Any) -> Flask:
    """The WSGI application of ``config`` (by default: of the environment)."""
    config = config or Config.from_env()
    config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    logs.configure(config.log_level)
    app = App(__name__)
    app.jinja_environment = templating.Templates
    app.config.from_mapping(config.flask())
    app.config.from_mapping(flask_config)
    app.config["MIGRATION_HEAD"] = migration_head()
    db.init_app(app)
    courses.lessons.views.large.init_app(app)
    bodies.init_app(app)
    csrf.init_app(app)
    # A package has no session that could be abused; its token is in its address.
    csrf.exempt(courses.lessons.views.runtime_bp)
    bootstrap.init_app(app)
    for part in (routing, logs, headers, errors, assets, cookie, templating):
        part.init_app(app)
    accounts.guards.init_app(app)
    index.init_app(app, FINDABLE)
    navigation.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    following.wire(followers(config))
    courses.reminding.registry.wire(*owed(config))
    exam.saving.middleware.install(app)
    if os.environ.get(core.cli.SERVING):
        logs.gather()
        jobs.start(app, JOBS)
        _spare_the_collector()
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Werkzeug documents it
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    return app


def create_server() -> Bridge:
    """The application of the environment as the server calls it."""
    app = create_app()
    always = headers.of_every_answer(tls=app.config["XUEFA"].tls)
    opening = exam.views.attempts.opening
    # Everybody opens their paper in the same minute.
    templating.compile_ahead(app, opening.templates())
    fronts: list[Front] = [
        exam.saving.front.of(app),
        exam.saving.presence.Front(app),
        opening.Front(app),
        accounts.views.entrance.Front(app),
    ]
    return Bridge(app.wsgi_app, fronts, always, exam.views.attempts.taking.is_hand_in)


def _spare_the_collector() -> None:
    """What a serving process holds from the beginning stays: nothing there is looked for again."""
    gc.collect()
    gc.freeze()


def migration_head() -> str:
    return str(ScriptDirectory(str(ROOT / "migrations")).get_current_head())


class Commands(FlaskGroup):
    """The command line; what an operator can mend is said in one line, without a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except (OperationalError, ValueError) as error:
            if not isinstance(error, OperationalError | BadSetting):
                raise
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            click.echo(f"无法继续：{reason}", err=True)
            sys.exit(2)


@click.group(
    cls=Commands, create_app=create_app, add_default_commands=False, add_version_option=False
)
def cli() -> None:
    """学法培训考试系统。"""


command_words.install()
# Which application and which environment is not a question for operators.
cli.params.clear()
core.cli.register(cli)
for group in COMMANDS:
    cli.add_command(group)
