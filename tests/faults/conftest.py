"""An examination hall on a real server that faults are done to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from core.config import Config
from core.db import db
from tests.hall import Hall, furnish
from tests.serving import Server, database_address, environment, free_port, xuefa

PEOPLE, QUESTIONS = 8, 20


@dataclass
class Scene:
    server: Server
    hall: Hall
    #: The same installation, seen from outside of the server.
    app: Flask
    env: dict[str, str]


def build(folder: Path, address: str) -> Scene:
    env = environment(folder, address)
    xuefa(env, "db", "upgrade")
    app = create_app(Config.from_env(env))
    hall = furnish(app, people=PEOPLE, questions=QUESTIONS)
    return Scene(Server(env, free_port(), folder / "server.log"), hall, app, env)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """On SQLite, or on the PostgreSQL of the run; the server is up. Tests take different seats."""
    folder = tmp_path_factory.mktemp("hall")
    with database_address(folder, "faults") as address, running(build(folder, address)) as scene:
        yield scene


@pytest.fixture(scope="module")
def embedded(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """On SQLite in any case."""
    if scene.env["XUEFA_DATABASE_URL"].startswith("sqlite"):
        yield scene
        return
    folder = tmp_path_factory.mktemp("embedded")
    with running(build(folder, f"sqlite:///{folder / 'xuefa.db'}")) as apart:
        yield apart


@contextmanager
def running(scene: Scene) -> Iterator[Scene]:
    scene.server.start()
    try:
        yield scene
    finally:
        scene.server.stop()
        with scene.app.app_context():
            db.engine.dispose()


#: How often the server is killed in a run; XUEFA_KILLS asks for a longer one.
KILLS = int(os.environ.get("XUEFA_KILLS", "2"))
