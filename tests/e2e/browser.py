"""What a person does in the browser, and what we look for on a page."""

import os
import shutil
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no stubs
from playwright.sync_api import Page, expect

#: Window sizes every page is looked at in: a desk, a tablet, a phone.
SIZES = {"desk": (1440, 900), "tablet": (768, 1024), "phone": (375, 812)}
SIZE_COOKIE = "xf_size"
#: Chromium alone in its container, asking nothing of the network but our pages.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """Path of the Chromium that XUEFA_CHROMIUM names, or of one on the PATH."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("XUEFA_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def sign_in(page: Page, username: str, password: str) -> None:
    page.goto("/login")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.locator("form:has([name=password]) [type=submit]").click()
    page.wait_for_url(lambda url: "/login" not in url)
    expect(page.locator("h1")).to_be_visible()


def resize(page: Page, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})


def large_text(page: Page, *, on: bool) -> None:
    """Switch 大字版 as its button on the page does, and load the page again."""
    value = "large" if on else "normal"
    page.context.add_cookies([{"name": SIZE_COOKIE, "value": value, "url": page.url}])
    page.reload()


def hidden_to_the_right(page: Page) -> int:
    """Pixels that a reader would have to scroll sideways for; 0 on a page that fits.

    A page that was just asked for and has nothing in it yet does not count as one that fits.
    """
    return int(
        page.evaluate(
            "(root => root ? root.scrollWidth - root.clientWidth : 1)(document.documentElement)"
        )
    )


def fits(page: Page) -> None:
    """Nothing has to be scrolled to sideways in a window of any size; leaves it as on a desk.

    Waits for the page's scripts, which lay tables out as cards once they have measured them.
    """
    page.wait_for_load_state()
    for size in SIZES:
        resize(page, size)
        # Asked from here: a page that may not evaluate strings cannot ask itself again and again.
        patience = time.monotonic() + 10
        while (hidden := hidden_to_the_right(page)) > 0 and time.monotonic() < patience:
            page.wait_for_timeout(50)
        assert hidden <= 0, f"{page.url}: {hidden} px hidden on a {size}"
    resize(page, "desk")


def barriers(page: Page) -> list[str]:
    """What axe finds that keeps somebody out: its serious and critical violations."""
    return [
        f"{found['id']} ({found['impact']}): {node['html'][:160]}"
        for found in Axe().run(page).response["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]


def shot(page: Page, name: str) -> None:
    """Pictures of the page in every size and in 大字版, where XUEFA_SHOTS names a folder."""
    if folder := os.environ.get("XUEFA_SHOTS"):
        take_shots(page, Path(folder), name)


def take_shots(page: Page, folder: Path, name: str) -> None:
    for large in (False, True):
        large_text(page, on=large)
        for size, (width, _) in SIZES.items():
            resize(page, size)
            file = f"{name}-{width}{'-large' if large else ''}.png"
            page.screenshot(path=folder / file, full_page=True)
    large_text(page, on=False)
    resize(page, "desk")
