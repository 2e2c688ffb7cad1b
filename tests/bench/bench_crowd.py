"""Thousands who sit at the same time: a rush to begin, answers all along, a rush to hand in.

    .venv/bin/python -m tests.bench.bench_crowd [--people 5000] [--sitting 120]

Runs on SQLite, or on the PostgreSQL named by XUEFA_TEST_DATABASE_URL. Everybody is signed in
already. The load generator shares the machine with the server. Afterwards every answer that was
acknowledged is compared with the database; the exit status says whether anything was lost or
refused.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app import create_app
from core.config import Config
from exam.attempts import responses
from exam.models import Answer, Attempt
from tests.bench.bench_hot_path import cpu_seconds, database_seconds
from tests.bench.crowd import Crowd, Plan, Told
from tests.hall import furnish
from tests.serving import database_address, environment, free_port, server, xuefa

QUESTIONS = 50


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--starting", type=float, default=60, help="seconds in which all begin")
    parser.add_argument("--sitting", type=float, default=120, help="when they begin to hand in")
    parser.add_argument("--handing-in", type=float, default=10, help="seconds in which all do")
    parser.add_argument("--pause", type=float, nargs=2, default=(20, 40), help="between saves")
    options = parser.parse_args()
    plan = Plan(options.starting, options.sitting, options.handing_in, tuple(options.pause))
    with tempfile.TemporaryDirectory() as name, database_address(Path(name), "crowd") as address:
        folder = Path(name)
        env = environment(folder, address)
        xuefa(env, "db", "upgrade")
        began = time.perf_counter()
        hall = furnish(create_app(Config.from_env(env)), people=options.people, questions=QUESTIONS)
        print(
            f"{options.people} people, {address.split(':')[0]}, {os.cpu_count()} cores, "
            f"furnished in {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        places = [(cookie, hall.csrf) for cookie in hall.cookies]
        gc.freeze()
        with server(env, free_port(), folder / "server.log") as running:
            pids = [running.pid, *running.workers()]
            before, own = sum(map(cpu_seconds, pids)), time.process_time()
            crowd = Crowd(running.port, hall.session_id, QUESTIONS, plan)
            told = crowd.sit(places, _tick)
            used = sum(map(cpu_seconds, pids)) - before
            own = time.process_time() - own
            stored = database_seconds(address)
            memory = sum(map(_peak_megabytes, pids))
            report(told, plan)
            print(
                f"CPU: server {used:.1f} s, {used / options.people * 1000:.1f} ms an attempt"
                + (f"; database {stored:.1f} s" if stored else "")
                + f"; load generator {own:.1f} s. Peak memory of the server {memory:.0f} MB"
            )
            log = (folder / "server.log").read_text().splitlines()
            print(f"lines in the server's log: {len(log)}", *log[:3], sep="\n")
        sys.exit(0 if whole(told, address, options.people) else 1)


def _tick(seconds: float) -> None:
    if int(seconds) % 30 == 0:
        print(f"  {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


def report(told: Told, plan: Plan) -> None:
    print(f"{'':8}{'count':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'max ms':>9}  statuses")
    for kind, seconds in told.seconds.items():
        ordered = sorted(seconds)
        at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000
              for share in (0.5, 0.95, 0.99, 1)]  # fmt: skip
        figures = "".join(f"{each:9.1f}" for each in at)
        print(f"{kind:8}{len(ordered):8}{figures}  {dict(told.statuses[kind])}")
    last = told.submitted - told.began - plan.saves_until
    print(
        f"all handed in and scored {last:.1f} s after the first could; lost: {dict(told.lost)}; "
        f"idle connections let go by the server: {told.let_go}"
    )


def whole(told: Told, address: str, people: int) -> bool:
    """Whether everybody finished and every acknowledged answer is there."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"))
    with Session(engine) as session:
        kept = {
            (attempt, slot): (seq, response)
            for attempt, slot, seq, response in session.execute(
                select(Answer.attempt_id, Answer.slot, Answer.seq, Answer.response)
            )
        }
        scored = session.scalar(select(func.count()).where(Attempt.earned.is_not(None))) or 0
    engine.dispose()
    lost = Counter(
        "missing" if place not in kept else "other"
        for place, (seq, letter) in told.acknowledged.items()
        if place not in kept
        or kept[place][0] < seq
        or (kept[place][0] == seq and responses.of(kept[place][1]) != {"choice": [letter]})
    )
    print(
        f"acknowledged answers {len(told.acknowledged)}, lost {sum(lost.values())} {dict(lost)}; "
        f"attempts scored {scored} of {people}, finished with a result {told.finished}"
    )
    return not lost and not told.lost and scored == told.finished == people


def _peak_megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
