"""Make .venv hold what the lock says, and the command ``xuefa``.

Run by scripts/setup.sh with any Python from 3.11 on; standard library only. What was installed is
remembered by the lock's digest, so a second run costs a tenth of a second.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

#: The lock of each set-up; the second holds all of the first.
RUN = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"

COMMAND = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from app import cli

sys.exit(cli())
"""


class SetupFailed(Exception):
    """Something the person at the keyboard has to mend; the message says what."""


def main(arguments: list[str]) -> int:
    lock = DEV if "--dev" in arguments else RUN
    try:
        make_venv()
        if read(stamp(lock)) != digest(lock):
            install(lock)
        link()
    except SetupFailed as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


def make_venv() -> None:
    if works("import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say(f"正在用 Python {sys.version.split()[0]} 建立虚拟环境 / creating .venv …")
    without_pip = ["--without-pip"] if shutil.which("uv") else []
    run([sys.executable, "-m", "venv", *without_pip, str(VENV)], "无法建立虚拟环境 / venv failed")


def install(lock: Path) -> None:
    began = time.monotonic()
    say(f"正在安装 {lock.name} 所列依赖，首次约需一两分钟 / installing dependencies …")
    run([*installer(), "--require-hashes", "--no-deps", "--requirement", str(lock)], OFFLINE)
    stamp(lock).write_text(digest(lock))
    if lock == DEV:
        stamp(RUN).write_text(digest(RUN))
    say(f"依赖已装好，用时 {time.monotonic() - began:.0f} 秒 / dependencies installed.")


OFFLINE = """\
依赖安装失败。请检查能否访问 Python 软件源；内网可用 PIP_INDEX_URL 指明本单位的镜像。
Installing the dependencies failed: is the package index reachable (PIP_INDEX_URL)?"""


def installer() -> list[str]:
    """uv where there is one (seconds), else pip (a minute)."""
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
    if not works("import pip"):
        run([str(PYTHON), "-m", "ensurepip"], "无法安装 pip / ensurepip failed")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet"]
    return [*pip, "--disable-pip-version-check", "--no-warn-script-location"]


def link() -> None:
    """Let .venv import this tree and call its command line ``xuefa``; nothing is built for it."""
    packages = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    write(Path(packages) / "xuefa.pth", f"{ROOT}\n")
    command = VENV / "bin" / "xuefa"
    write(command, COMMAND.format(python=PYTHON))
    command.chmod(0o755)


def works(statement: str) -> bool:
    if not PYTHON.exists():
        return False
    return (
        subprocess.run([PYTHON, "-c", statement], capture_output=True, check=False).returncode == 0
    )


def run(command: list[str], otherwise: str) -> None:
    """Run quietly; on failure show the end of what it said, and what it means."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise SetupFailed(f"{tail}\n\n{otherwise}")


def stamp(lock: Path) -> Path:
    return VENV / f"{lock.name}.installed"


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def write(path: Path, text: str) -> None:
    if read(path) != text:
        path.write_text(text)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
