"""Structured logs: one JSON object a line on standard error."""

import logging
import sys
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def configure(level: str) -> None:
    number = getattr(logging, level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def init_app(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4().hex[:12]
        g.request_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        began = g.get("request_began")
        if began is not None and request.endpoint not in {"static", "bootstrap.static"}:
            log.info(
                "request",
                id=g.request_id,
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - began) * 1000, 1),
                actor=str(g.get("actor", "")),
                source=request.remote_addr or "",
            )
        response.headers["X-Request-Id"] = g.get("request_id", "-")
        return response
