"""Who is served before whom."""

import threading
from collections import Counter

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
