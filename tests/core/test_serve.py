"""Starting the server where it cannot be started."""

import resource
import socket

import pytest
from flask import Flask

from core.cli import CONNECTIONS, OTHER_FILES, connections, serve


def test_a_port_on_which_somebody_listens_is_refused_in_words(app: Flask) -> None:
    with socket.socket() as other:
        # As the server itself listens: willing to share.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = app.test_cli_runner().invoke(serve, ["--port", str(port)])
    assert done.exit_code == 2
    assert f"端口 {port} 不能使用" in done.output


def test_more_than_one_process_is_refused_on_sqlite(app: Flask) -> None:
    if not app.config["XUEFA"].database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL takes many writing processes")
    done = app.test_cli_runner().invoke(serve, ["--processes", "2"])
    assert done.exit_code == 2
    assert "SQLite 只能由一个进程写入" in done.output


@pytest.mark.parametrize(
    ("limits", "held", "raised"),
    [
        ((1_024, 4_096), 4_096 - OTHER_FILES, 4_096),
        ((1_024, resource.RLIM_INFINITY), CONNECTIONS, CONNECTIONS + OTHER_FILES),
        ((1_024, 1_000_000), CONNECTIONS, CONNECTIONS + OTHER_FILES),
        ((1_000_000, 1_000_000), CONNECTIONS, None),
        ((100, 100), 1, None),
    ],
)
def test_a_process_holds_as_many_connections_as_the_system_lets_it(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], held: int, raised: int | None
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _which, new: asked.append(new[0]))
    assert connections() == held
    assert asked == ([] if raised is None else [raised])
