"""The year of tests/year with more people: how long it takes, and whether anything differs.

.venv/bin/python -m tests.bench.bench_year [--people 300] [--url an empty PostgreSQL database]
"""

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app import create_app
from core.config import Config
from core.db import Model, db
from tests.conftest import entered
from tests.factories import Make
from tests.year.whole import compared, replayed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        config = Config(
            data_dir=Path(name),
            database_url=given.url or f"sqlite:///{name}/xuefa.db",
            secret_key="bench",
            log_level="error",
            idle=timedelta(hours=12),
        )
        app = create_app(config, TESTING=True, WTF_CSRF_ENABLED=False)
        with app.app_context():
            Model.metadata.create_all(db.engine)
            engine = db.engine
        with Session(engine, expire_on_commit=False) as rows:
            make, begun = Make(rows), time.process_time()
            found = replayed(app, make, lambda account: entered(app, make, account), given.people)
            print(f"{given.people} people replayed: {time.process_time() - begun:.1f} s of CPU")
            for what in compared(found):
                print(f"{what}: {found.compared} compared, {len(found.wrong)} differ")
        engine.dispose()
    print(*found.wrong[:50], sep="\n")
    sys.exit(bool(found.wrong))


if __name__ == "__main__":
    main()
