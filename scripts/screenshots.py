"""Pictures of pages as people of the demonstration organisation see them, for developers.

    .venv/bin/python scripts/screenshots.py --to FOLDER [--url http://127.0.0.1:8000]
        [--as USERNAME:PASSWORD]… PAGE…

PAGE is a path such as /laws. Every page is taken as every person named (as a visitor when none is)
in three widths, in normal and in large text. Needs a running server and a Chromium.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.e2e.browser import FLAGS, find_chromium, sign_in, take_shots  # noqa: E402  # path above


def main() -> int:
    wanted = arguments()
    chromium = find_chromium()
    if chromium is None:
        print("未找到 Chromium：请安装，或用 XUEFA_CHROMIUM 指明路径。", file=sys.stderr)
        return 2
    if wanted.to.resolve().is_relative_to(ROOT):
        print("截图请放在代码目录之外。", file=sys.stderr)
        return 2
    wanted.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for person in wanted.people or [""]:
            page = browser.new_context(base_url=wanted.url).new_page()
            username, _, password = person.partition(":")
            if username:
                sign_in(page, username, password)
            for path in wanted.pages:
                page.goto(path)
                place = path.strip("/").replace("/", "-").replace("?", "-") or "home"
                take_shots(page, wanted.to, f"{username or 'visitor'}-{place}")
        browser.close()
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="以演示账号逐页截图（三种宽度 × 普通、大字版）")
    parser.add_argument("pages", nargs="+", metavar="页面", help="路径，如 /laws")
    parser.add_argument("--to", type=Path, required=True, metavar="目录", help="截图存放处")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="服务地址")
    parser.add_argument(
        "--as", dest="people", action="append", metavar="用户名:密码", help="可多次给出"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
