"""What ``make run`` does once .venv stands: database, demonstration organisation, server.

The server is the same ``xuefa serve`` that operators run; this only prepares for it, waits until it
answers, says who can sign in and passes on the signal that ends it. PORT and HOST choose where.
"""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import unicodedata
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
XUEFA = str(ROOT / ".venv" / "bin" / "xuefa")
#: Seconds that a server may take until it answers.
PATIENCE = 60


def main() -> int:
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        return refuse(f"PORT={port} 不是端口号。", f"PORT={port} is not a port number.")
    match obstacle(host, int(port)):
        case errno.EADDRINUSE:
            return refuse(
                f"端口 {port} 已被占用。请换一个端口，例如：make run PORT={int(port) + 1}",
                f"Port {port} is in use. Choose another: make run PORT={int(port) + 1}",
            )
        case int(number):
            return refuse(
                f"无法在 {host} 的端口 {port} 上提供服务，请用 HOST=、PORT= 另行指定。",
                f"Cannot listen at {host}:{port} ({os.strerror(number)}); see HOST= and PORT=.",
            )
    say("正在准备数据库 / preparing the database …")
    if subprocess.run([XUEFA, "db", "upgrade"], check=False, stdout=subprocess.DEVNULL).returncode:
        return refuse("数据库准备失败，原因见上。", "Preparing the database failed; see above.")
    say("正在装入演示单位（已装入则跳过）/ demonstration organisation …")
    demo = subprocess.run([XUEFA, "demo", "--json"], check=False, stdout=subprocess.PIPE, text=True)
    if demo.returncode:
        return refuse("演示单位装入失败，原因见上。", "Loading it failed; see above.")
    return serve(host, int(port), json.loads(demo.stdout)["accounts"])


def serve(host: str, port: int, accounts: list[dict[str, str]]) -> int:
    # In a process group of its own, so that Ctrl+C reaches it once, through us.
    server = subprocess.Popen(
        [XUEFA, "serve", "--host", host, "--port", str(port)], process_group=0
    )
    asked_to_stop = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True
        server.terminate()

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    url = f"http://{host}:{port}"
    if answers(url, server):
        say(banner(url, accounts))
    elif not asked_to_stop and server.poll() is None:
        server.terminate()
        refuse(f"服务 {PATIENCE} 秒内没有应答。", f"No answer within {PATIENCE} s.")
    status = server.wait()
    if asked_to_stop:
        say("服务已停止，数据已保存 / stopped; nothing is lost.")
        return 0
    return status or 1


def obstacle(host: str, port: int) -> int | None:
    """The error number that a server would meet there; None when the place is free."""
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno if error.errno and error.errno > 0 else errno.EADDRNOTAVAIL
    return None


def answers(url: str, server: subprocess.Popen[bytes]) -> bool:
    """Wait for the server; False when it ended, or did not answer in time."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < until:
        try:
            with direct.open(f"{url}/readyz", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def banner(url: str, accounts: list[dict[str, str]]) -> str:
    first = {each["role"]: each for each in reversed(accounts)}
    named = [first[role] for role in dict.fromkeys(each["role"] for each in accounts)]
    rows = [("角色", "用户名", "密码")]
    rows += [(each["title"], each["username"], each["password"]) for each in named]
    columns = [max(map(width, column)) + 3 for column in zip(*rows, strict=True)]
    table = "\n".join("    " + "".join(map(pad, row, columns)).rstrip() for row in rows)
    return f"""
  学法培训考试系统已启动 / running at:  {url}

  可以登录的演示账号（人员均为虚构，每种角色列一人）/ who can sign in, one a role:

{table}

  全部 {len(accounts)} 个账号 / all of them: .venv/bin/xuefa demo
  按 Ctrl+C 停止 / press Ctrl+C to stop.
"""


def pad(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))


def width(text: str) -> int:
    """Columns that a terminal gives ``text``: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def refuse(chinese: str, english: str) -> int:
    print(chinese, english, sep="\n", file=sys.stderr, flush=True)
    return 2


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
