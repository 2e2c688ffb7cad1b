"""The real server as a subprocess, and the command line beside it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from scripts.run import answers

ROOT = Path(__file__).parent.parent
XUEFA = str(Path(sys.executable).with_name("xuefa"))


def environment(folder: Path, address: str) -> dict[str, str]:
    """The environment of an installation in ``folder``, with nothing of our own settings in it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("XUEFA_")}
    return env | {
        "XUEFA_DATA_DIR": str(folder),
        "XUEFA_DATABASE_URL": address,
        "XUEFA_LOG_LEVEL": "warning",
    }


def xuefa(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [XUEFA, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"xuefa {' '.join(arguments)}: {done.stderr[-3000:]}"
    return done.stdout


class Server:
    """``xuefa serve`` on a port; in a process group of its own, so that it can be killed whole."""

    def __init__(self, env: dict[str, str], port: int, log: Path) -> None:
        self.url, self.port, self.log = f"http://127.0.0.1:{port}", port, log
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [XUEFA, "serve", "--port", str(self.port)]
        with self.log.open("a") as output:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
        if not answers(self.url, self._process):
            pytest.fail(f"the server did not come up:\n{self.log.read_text()[-3000:]}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def workers(self) -> list[int]:
        """The processes that the server keeps for serving, without Python's own trackers."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [
            int(child)
            for child in children
            if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()
        ]

    def kill(self) -> None:
        """SIGKILL to the whole group, as a power switch would, except for the disk's cache."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=20)
            self._process = None

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None


@contextmanager
def server(env: dict[str, str], port: int, log: Path) -> Iterator[Server]:
    """``xuefa serve`` on ``port``, from its first answer on."""
    running = Server(env, port, log)
    running.start()
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def database_address(folder: Path, name: str) -> Iterator[str]:
    """An empty database: SQLite, or one of its own on the server of XUEFA_TEST_DATABASE_URL."""
    named = os.environ.get("XUEFA_TEST_DATABASE_URL")
    if not named:
        yield f"sqlite:///{folder / 'xuefa.db'}"
        return
    url = make_url(named).set(drivername="postgresql+psycopg")
    name = f"xuefa_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    drop = text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(drop)
        connection.execute(text(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(drop)
    admin.dispose()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
