"""Who is served before whom."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from core.serving.lanes import SHARE, Lanes


def test_in_the_order_of_coming_and_some_before_others() -> None:
    lanes = Lanes()
    for name in "abc":
        lanes.put(name)
    for name in "AB":
        lanes.put(name, first=True)
    assert "".join(lanes.get() for _ in range(5)) == "ABabc"
    assert lanes.empty()


def test_the_others_are_not_kept_out() -> None:
    lanes = Lanes()
    for name in range(100):
        lanes.put(name, first=True)
    lanes.put("other")
    served = [lanes.get() for _ in range(SHARE)]
    assert served.count("other") == 1


def test_each_task_goes_to_one_thread() -> None:
    lanes, seen = Lanes(), Counter[int]()

    def take() -> None:
        while (task := lanes.get()) >= 0:
            seen[task] += 1

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for task in range(5_000):
        lanes.put(task, first=task % 3 == 0)
    # The ends come last, whichever lane is looked at first.
    while not lanes.empty():
        pass
    for _ in threads:
        lanes.put(-1)
    for thread in threads:
        thread.join(20)
    assert seen == Counter(range(5_000))


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_a_task_wakes_the_thread_that_fell_asleep_last_and_nobody_else() -> None:
    lanes, took = Lanes(), list[tuple[int, str]]()

    def take(number: int) -> None:
        while task := lanes.get():
            took.append((number, task))

    threads = [threading.Thread(target=take, args=(number,)) for number in range(3)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        until(lambda count=count: len(lanes._asleep) == count)
    others = list(lanes._asleep[:2])
    for name in "abc":
        lanes.put(name)
        until(lambda: len(lanes._asleep) == 3)
        assert lanes._asleep[:2] == others, "they slept on"
    assert took == [(2, "a"), (2, "b"), (2, "c")]
    for _ in threads:
        lanes.put("")
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
