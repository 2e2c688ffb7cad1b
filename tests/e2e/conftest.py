"""A real browser before the real server with the demonstration organisation loaded.

One server for the whole run: a test that changes something uses what no other test looks at.
Any console error, script error, violated policy or request to another host fails the test in which
it happens; a test that provokes one on purpose empties ``complaints``.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect

from tests.e2e.browser import FLAGS, find_chromium
from tests.serving import database_address, environment, free_port, server, xuefa

HERE = Path(__file__).parent
# A machine that is busy with other things answers late; a state is waited for, not a time.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)


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

    def staff(self, place: int) -> tuple[str, str]:
        """A member of staff, by their place among them: (username, password)."""
        accounts = json.loads(self.xuefa("demo", "--json"))["accounts"]
        found = [each for each in accounts if each["role"] == "staff"][place]
        return found["username"], found["password"]


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
    with database_address(folder, "e2e") as address:
        env = environment(folder, address)
        xuefa(env, "db", "upgrade")
        demo = json.loads(xuefa(env, "demo", "--json"))
        # The first of each role: those who have yet to sit the open session are listed first.
        accounts = {
            each["role"]: (each["username"], each["password"])
            for each in reversed(demo["accounts"])
        }
        log = folder / "server.log"
        with server(env, free_port(), log) as running:
            yield House(running.url, accounts, demo["open_session"], env, log)


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
