"""Health, metrics and the page that shows every component."""

import sqlite3

from flask import Blueprint, Response, abort, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import inspect, text

from core import metrics
from core import styleguide as samples
from core.access import public
from core.db import db

bp = Blueprint("core", __name__)

LOOPBACK = ("127.", "::1")


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@public
def readyz() -> ResponseReturnValue:
    """The database answers too, and its tables are those of this release."""
    found = _migration()
    wanted = current_app.config["MIGRATION_HEAD"]
    dialect = db.engine.dialect.name
    body = {
        "status": "ok" if found == wanted else "migration pending",
        "database": dialect,
        "database_version": sqlite3.sqlite_version if dialect == "sqlite" else _server_version(),
        "migration": found,
    }
    return jsonify(body), 200 if found == wanted else 503


def _migration() -> str | None:
    """The release that the tables are of; None before the first migration."""
    if not inspect(db.session.connection()).has_table("alembic_version"):
        return None
    return db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _server_version() -> str:
    return str(db.session.execute(text("SHOW server_version")).scalar())


@bp.get("/metrics")
@public
def prometheus() -> ResponseReturnValue:
    """Counters in Prometheus' text format, for scrapers on this machine only."""
    if not (request.remote_addr or "").startswith(LOOPBACK):
        abort(404)
    return Response(metrics.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@bp.get("/styleguide")
@public
def styleguide() -> str:
    """Every component on one page, for those who build pages."""
    return render_template("core/styleguide.html", form=samples.sample())
