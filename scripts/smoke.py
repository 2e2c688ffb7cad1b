"""Prove ``make run`` in a fresh copy: ``python scripts/smoke.py`` from anywhere in the tree.

Clones HEAD into an empty folder, sets it up from nothing, signs in over HTTP as each account that
the command prints, stops it, starts it again and finds everything as it was left.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Seconds: a first run installs everything; a second has only to start.
FIRST, SECOND = 600, 60


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="xuefa-smoke-") as folder:
        tree = Path(folder) / "学法 copy"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tree)], check=True)
        accounts = run_once(tree, patience=FIRST)
        key = (tree / "var" / "secret.key").read_bytes()
        again = run_once(tree, patience=SECOND)
        expect(again == accounts, "the second run offers other accounts")
        expect((tree / "var" / "secret.key").read_bytes() == key, "the key was replaced")
        dirt = subprocess.run(
            ["git", "status", "--porcelain"], cwd=tree, check=True, capture_output=True, text=True
        ).stdout
        expect(not dirt, f"running left files in the tree:\n{dirt}")
    print("make run: from nothing, and again: fine")


def run_once(tree: Path, *, patience: float) -> list[tuple[str, str]]:
    """Start ``make run``, sign in as everyone it names, stop it; the accounts it named."""
    port = free_port()
    log = tree.parent / "run.log"
    env = {name: value for name, value in os.environ.items() if not name.startswith("XUEFA_")}
    began = time.monotonic()
    with log.open("w") as output:
        command = ["make", "run", f"PORT={port}"]
        make = subprocess.Popen(
            command, cwd=tree, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        while "Ctrl+C" not in log.read_text():
            expect(make.poll() is None, "make run ended by itself", log)
            expect(time.monotonic() - began < patience, f"not up after {patience} s", log)
            time.sleep(0.3)
        print(f"make run: up after {time.monotonic() - began:.1f} s", flush=True)
        accounts = re.findall(r"^    \S+ +([a-z]\S*) +(\S+)$", log.read_text(), re.MULTILINE)
        expect(len(accounts) > 1, "no accounts were printed", log)
        for username, password in accounts:
            sign_in(f"http://127.0.0.1:{port}", username, password)
    finally:
        make.send_signal(signal.SIGTERM)
        make.wait(timeout=30)
    with socket.socket() as probe:
        expect(probe.connect_ex(("127.0.0.1", port)) != 0, "the server outlived make", log)
    return accounts


def sign_in(url: str, username: str, password: str) -> None:
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
    page = browser.open(f"{url}/login", timeout=30).read().decode()
    token = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    if token is None:
        raise SystemExit("the sign-in page carries no CSRF token")
    fields = {"username": username, "password": password, "csrf_token": token[1]}
    answer = browser.open(f"{url}/login", urllib.parse.urlencode(fields).encode(), timeout=30)
    expect("/login" not in answer.url, f"{username} cannot sign in")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def expect(true: bool, otherwise: str, log: Path | None = None) -> None:
    if not true:
        if log:
            print(log.read_text()[-3000:], file=sys.stderr)
        raise SystemExit(f"smoke of make run: {otherwise}")


if __name__ == "__main__":
    main()
