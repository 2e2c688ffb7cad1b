"""How long a folder of texts takes to read and to register: XUEFA_REFERENCE_DATA names the data.

XUEFA_REFERENCE_DATA=… python -m tests.bench.bench_laws
"""

import os
import tempfile
import time
from pathlib import Path

from app import create_app
from core import clock
from core.config import Config
from core.db import Model, db
from laws.parsing import reading
from laws.services import registering


def main() -> None:
    folder = Path(os.environ["XUEFA_REFERENCE_DATA"]) / "laws/regulations"
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/bench.db"
        app = create_app(Config(database_url=url, data_dir=Path(place), secret_key="bench" * 8))
        with app.app_context():
            Model.metadata.create_all(db.engine)
            begun, used = time.perf_counter(), time.process_time()
            paths = sorted(folder.rglob("*.md"))
            batch = reading.read_all((path.name, path.read_bytes()) for path in paths)
            read = time.perf_counter()
            report = registering.register_batch(batch, at=clock.now())
            db.session.commit()
            done = time.perf_counter()
    print(
        f"{len(paths)} files: read {read - begun:.1f} s, registered {done - read:.1f} s "
        f"({report.versions} versions, {report.articles} articles), "
        f"processor {time.process_time() - used:.1f} s"
    )


if __name__ == "__main__":
    main()
