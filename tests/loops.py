"""The server's event loop for a test, in a thread: browser tests leave theirs in the main one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

try:
    from uvloop import new_event_loop
except ImportError:  # not on every system; the server does without it there
    from asyncio import new_event_loop


def run(act: Coroutine[Any, Any, None]) -> None:
    def on_a_loop_of_its_own() -> None:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(act)

    with ThreadPoolExecutor(1) as thread:
        thread.submit(on_a_loop_of_its_own).result()
