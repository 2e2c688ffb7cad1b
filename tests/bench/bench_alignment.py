"""How long it takes to align two versions of a law. Not collected by pytest; run it by hand:

    XUEFA_REFERENCE_DATA=… .venv/bin/python tests/bench/bench_alignment.py

Prints seconds of processor time for every pair of the reference data, and for 民法典 (1,260
articles) against itself with a twentieth, a third and all of its articles edited.
"""

import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from laws import wording  # noqa: E402  # path above
from laws.alignment import ArticleText, ChangeKind, align  # noqa: E402
from laws.parsing import reading  # noqa: E402

Texts = list[ArticleText]


def texts(*paths: Path) -> Texts:
    law = reading.read_all((each.name, each.read_bytes()) for each in paths).laws[0]
    return [ArticleText(each.number, each.text) for each in law.articles]


def edited(articles: Texts, share: float) -> Texts:
    """Every hundredth article left out, the given share of the others with words put in."""
    rng = random.Random(1)
    found = []
    for each in articles:
        if rng.random() < 0.01:
            continue
        at = rng.randrange(len(each.text))
        changed = f"{each.text[:at]}经依法批准{each.text[at + 3 :]}"
        found.append(ArticleText(each.number, changed if rng.random() < share else each.text))
    return found


def measure(name: str, old: Texts, new: Texts) -> None:
    begun = time.process_time()
    changes = align(old, new)
    aligned = time.process_time() - begun
    begun = time.process_time()
    for each in changes:
        if each.kind is ChangeKind.EDITED and each.old is not None and each.new is not None:
            wording.mark(old[each.old].text, new[each.new].text)
    marked = time.process_time() - begun
    print(f"{len(old):6}{len(new):6}{aligned:9.2f}{marked:9.2f}  {name}")


def main() -> None:
    data = Path(os.environ["XUEFA_REFERENCE_DATA"]) / "laws"
    print("   old   new  aligned   marked  (seconds of processor time)")
    for folder in sorted((data / "pairs").iterdir()):
        old, new = (texts(next(folder.glob(f"{side}__*"))) for side in ("old", "new"))
        measure(folder.name, old, new)
    code = texts(*sorted((data / "core" / "民法典").iterdir()))
    for share in (0.05, 0.33, 1.0):
        measure(f"民法典, {share:.0%} edited", code, edited(code, share))


if __name__ == "__main__":
    main()
