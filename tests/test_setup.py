"""What a newcomer's first commands promise: set-up, its messages, locks for every machine."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import environment, run

ROOT = Path(__file__).parent.parent
#: What scripts/setup.sh may count on besides a Python.
SHELL_TOOLS = ("sh", "dirname", "cat")
OLD = "exit 1"
#: Answers the version question and fails at ``import venv, ensurepip``, as Debian's does without
#: python3-venv.
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; *print*) echo 3.11;; esac'


SetUp = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def set_up(tmp_path: Path) -> SetUp:
    """Runs a copy of set-up on a machine that has only the given Pythons (name → shell script)."""
    shutil.copytree(ROOT / "scripts", tmp_path / "tree" / "scripts")
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in SHELL_TOOLS:
        (tools / tool).symlink_to(str(shutil.which(tool)))

    def set_up(**pythons: str) -> subprocess.CompletedProcess[str]:
        for name, script in pythons.items():
            path = tools / name.replace("_", ".")
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return subprocess.run(
            [tools / "sh", tmp_path / "tree" / "scripts" / "setup.sh"],
            env={"PATH": str(tools), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )

    return set_up


def test_a_machine_without_python_is_told_what_to_install(set_up: SetUp) -> None:
    done = set_up()
    assert done.returncode == 2
    assert "需要 Python 3.11 或更高版本，本机现有：无" in done.stderr
    assert "Python 3.11 or newer is needed" in done.stderr


def test_a_python_that_is_too_old_is_named(set_up: SetUp) -> None:
    done = set_up(python3='[ "$1" = --version ] && echo Python 3.9.2 || exit 1')
    assert done.returncode == 2
    assert "本机现有：Python 3.9.2" in done.stderr


def test_debians_python_without_venv_is_told_the_package(set_up: SetUp) -> None:
    done = set_up(python3=WITHOUT_VENV)
    assert done.returncode == 2
    assert "apt-get install python3-venv" in done.stderr
    assert "缺少 venv/ensurepip" in done.stderr


def test_the_newest_python_that_works_is_taken(set_up: SetUp) -> None:
    done = set_up(
        python3_13=OLD,
        python3_12='case "$1" in -c) exit 0;; *) echo "3.12 runs $1";; esac',
        python3="echo never; exit 1",
    )
    assert (done.returncode, done.stdout) == (0, "3.12 runs scripts/environment.py\n")


def test_a_second_set_up_installs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("flask==3.1.3\n")
    installed: list[Path] = []

    def install(lock: Path) -> None:
        installed.append(lock)
        environment.stamp(lock).write_text(environment.digest(lock))

    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "RUN", lock)
    monkeypatch.setattr(environment, "install", install)
    monkeypatch.setattr(environment, "make_venv", lambda: None)
    monkeypatch.setattr(environment, "link", lambda: None)
    assert [environment.main([]), environment.main([])] == [0, 0]
    assert installed == [lock]
    lock.write_text("flask==3.1.4\n")
    environment.main([])
    assert installed == [lock, lock]


def test_a_port_in_use_names_the_way_to_choose_another(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        assert run.main() == 2
    assert f"端口 {port} 已被占用" in capsys.readouterr().err


def test_an_address_of_another_machine_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOST", "192.0.2.1")
    monkeypatch.setenv("PORT", "8000")
    assert run.main() == 2
    assert "无法在 192.0.2.1 的端口 8000 上提供服务" in capsys.readouterr().err


def test_the_first_account_of_each_role_stands_under_chinese_headings() -> None:
    shown = run.banner(
        "http://127.0.0.1:8000",
        [
            {"role": "exam_admin", "title": "人事司", "username": "renshi", "password": "one"},
            {"role": "staff", "title": "学员", "username": "li", "password": "two"},
            {"role": "staff", "title": "学员", "username": "zhao", "password": "three"},
        ],
    )
    assert "    角色     用户名   密码\n" in shown
    assert "    人事司   renshi   one\n" in shown
    assert "    学员     li       two\n" in shown
    assert "zhao" not in shown
    assert "全部 3 个账号" in shown


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_names_versions_and_hashes_and_no_address(name: str) -> None:
    for line in (ROOT / name).read_text().splitlines():
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]*==\S+( ; .*)? \\", line) or re.fullmatch(
            r"    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line


def test_the_development_lock_holds_all_of_the_running_lock() -> None:
    def pinned(name: str) -> set[str]:
        return {line for line in (ROOT / name).read_text().splitlines() if "==" in line}

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")


def test_make_without_a_target_lists_every_target() -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("no make")
    shown = subprocess.run(
        [make, "-C", ROOT, "--no-print-directory"],
        env={**os.environ, "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    named = re.findall(r"^  make (\w+)", shown, re.MULTILINE)
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared is not None
    assert sorted(named) == sorted(declared[1].split())


def test_the_operations_manual_explains_every_setting() -> None:
    settings = set(re.findall(r"XUEFA_[A-Z_]+", (ROOT / "core" / "config.py").read_text()))
    explained = set(re.findall(r"XUEFA_[A-Z_]+", (ROOT / "docs" / "operations.md").read_text()))
    assert settings == explained
