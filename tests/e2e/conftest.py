"""A real browser before the real server with the demonstration organisation loaded.

One server for the whole run: a test that changes something uses what no other test looks at.
Any console error, script error, violated policy or request to another host fails the test in which
it happens; a test that provokes one on purpose empties ``complaints``.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from scripts.run import answers
from tests.e2e.browser import FLAGS, find_chromium

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
XUEFA = str(Path(sys.executable).with_name("xuefa"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser; a parallel run keeps it on one worker, at one server."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


@dataclass(frozen=True)
class House:
    """A running installation with its demonstration organisation."""

    url: str
    #: role → (username, password)
    accounts: dict[str, tuple[str, str]]
    open_session: int
    env: dict[str, str] = field(repr=False)
    #: What the server wrote.
    log: Path

    def xuefa(self, *arguments: str) -> str:
        """Run a command line of the same installation; its standard output."""
        return xuefa(self.env, *arguments)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; without one the browser tests are skipped, on CI they fail."""
    if found := find_chromium():
        return found
    reason = "no Chromium found: install the package chromium or set XUEFA_CHROMIUM to its path"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], chromium: str
) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium, "args": FLAGS}


@pytest.fixture(scope="session")
def house(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    port = free_port()
    with database_address(folder) as address:
        env = {name: value for name, value in os.environ.items() if not name.startswith("XUEFA_")}
        env |= {"XUEFA_DATA_DIR": str(folder), "XUEFA_DATABASE_URL": address}
        env |= {"XUEFA_LOG_LEVEL": "warning"}
        xuefa(env, "db", "upgrade")
        demo = json.loads(xuefa(env, "demo", "--json"))
        # The first of each role: those who have yet to sit the open session are listed first.
        accounts = {
            each["role"]: (each["username"], each["password"])
            for each in reversed(demo["accounts"])
        }
        log = folder / "server.log"
        with server(env, port, log) as url:
            yield House(url, accounts, demo["open_session"], env, log)


@pytest.fixture(scope="session")
def base_url(house: House) -> str:
    """Lets tests write ``page.goto("/login")``."""
    return house.url


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained of so far in this test."""
    return []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], complaints: list[str], base_url: str
) -> Callable[..., BrowserContext]:
    """Contexts, and so pages, under watch; a test with two people takes two of them."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        watch(context, complaints, base_url)
        return context

    return watched


@pytest.fixture(autouse=True)
def quiet_browser(complaints: list[str], house: House) -> Iterator[None]:
    yield
    if complaints:
        print("the server's last words:", house.log.read_text()[-3000:], sep="\n")  # noqa: T201
    assert not complaints, "\n".join(complaints)


def watch(context: BrowserContext, complaints: list[str], home: str) -> None:
    def console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"console on {message.page and message.page.url}: {message.text}")

    def request(request: Request) -> None:
        if not request.url.startswith((home, "data:", "blob:", "about:")):
            complaints.append(f"request to another host: {request.url}")

    def page(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(f"script on {page.url}: {error}"))

    context.on("console", console)
    context.on("request", request)
    context.on("page", page)


def xuefa(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [XUEFA, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"xuefa {' '.join(arguments)}: {done.stderr[-3000:]}"
    return done.stdout


@contextmanager
def server(env: dict[str, str], port: int, log: Path) -> Iterator[str]:
    """``xuefa serve`` on ``port``, from its first answer on."""
    url = f"http://127.0.0.1:{port}"
    command = [XUEFA, "serve", "--port", str(port)]
    with log.open("a") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            if not answers(url, process):
                pytest.fail(f"the server did not come up:\n{log.read_text()[-3000:]}")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def database_address(folder: Path) -> Iterator[str]:
    """An empty database: SQLite, or one of its own on the server of XUEFA_TEST_DATABASE_URL."""
    named = os.environ.get("XUEFA_TEST_DATABASE_URL")
    if not named:
        yield f"sqlite:///{folder / 'xuefa.db'}"
        return
    url = make_url(named).set(drivername="postgresql+psycopg")
    name = f"xuefa_e2e_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
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
