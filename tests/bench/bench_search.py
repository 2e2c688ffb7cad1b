"""How fast search and the bank's list are on a large register and a large bank.

    python tests/bench/bench_search.py [--laws 1500 --articles 60000 --items 50000] [--url …]
                                       [--keep FOLDER]

Generated Chinese text in a throw-away database (SQLite, or the empty PostgreSQL database named by
``--url``, or the file of an earlier run in ``--keep``); times are those of whole requests inside
the server, by the processor's clock and by the wall's, the median and the worst of several,
beside a plain LIKE scan over the same articles.
"""

import argparse
import random
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from accounts.models import Account
from accounts.permissions import Role
from app import create_app
from core.config import Config
from core.db import Model, db
from core.fulltext import index
from laws.models import Article, Law, LawVersion, TextStatus
from question_bank.item_types import CognitiveLevel, ItemType
from question_bank.models import Citation, Item, ItemRevision, ItemState
from tests.factories import NOON, Make

COMMON = [
    "信访", "工作", "机关", "应当", "依法", "办理", "受理", "期限", "公民", "法人", "其他", "组织",
    "申请", "行政", "复议", "决定", "书面", "告知", "理由", "规定", "责任", "处分", "处罚", "监督",
    "检查", "国家", "人民", "政府", "部门", "负责", "事项", "建议", "意见", "投诉", "请求", "调查",
    "核实", "证据", "听证", "公开", "材料", "登记", "转送", "交办", "答复", "复查", "复核", "权利",
    "义务", "违法", "情节", "严重", "构成", "犯罪", "追究", "刑事", "赔偿",
]  # fmt: skip
CHARACTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
QUERIES = {
    "one character, everywhere": "的",
    "one character": "访",
    "two characters, common": "信访",
    "two characters, rare": "罕见",
    "phrase": "信访工作",
    "number": "六十日",
    "law and number": "测试条例17 第三十四条",
    "three words": "信访 听证 期限",
    "nothing": "绝无此词",
}


def sentence(rng: random.Random, length: int) -> str:
    parts: list[str] = []
    while sum(map(len, parts)) < length:
        parts.append(rng.choice(COMMON) if rng.random() < 0.6 else rng.choice(CHARACTERS))
        if rng.random() < 0.2:
            parts.append(rng.choice("的，、；"))
    return "".join(parts) + "。"


def fill(session: Session, laws: int, articles: int, items: int) -> None:
    rng = random.Random(1)
    session.execute(insert(Law), [
        {"title": f"测试条例{n}", "short_title": f"测试条例{n}"} for n in range(1, laws + 1)
    ])  # fmt: skip
    session.execute(insert(LawVersion), [
        {"law_id": n, "label": "2020年公布", "promulgated_on": date(2020, 1, 1),
         "effective_on": date(2020, 6, 1), "text_status": TextStatus.OFFICIAL,
         "registered_at": NOON, "preamble": "", "opening": "", "annex": "", "source_name": ""}
        for n in range(1, laws + 1)
    ])  # fmt: skip
    each = articles // laws
    rows = []
    for version in range(1, laws + 1):
        for place in range(1, each + 1):
            text = sentence(rng, rng.randint(60, 240))
            if rng.random() < 0.002:
                text += "六十日内罕见。"
            rows.append({"version_id": version, "position": place, "number": f"第{place}条",
                         "number_main": place, "number_sub": 0, "text": text})  # fmt: skip
    session.execute(insert(Article), rows)
    session.execute(insert(Item), [
        {"state": ItemState.DRAFT, "created_at": NOON} for _ in range(items)
    ])  # fmt: skip
    session.execute(insert(ItemRevision), [
        {"item_id": n, "number": 1, "item_type": rng.choice([*ItemType][:3]),
         "stem": sentence(rng, 60), "options": [sentence(rng, 12) for _ in range(4)],
         "key": [0], "rationale": sentence(rng, 50), "difficulty": rng.randint(1, 5),
         "cognitive_level": CognitiveLevel.REMEMBER, "topic": f"知识点{rng.randint(1, 60)}",
         "source": "", "fingerprint": f"{n:064}", "extra": {}, "created_at": NOON}
        for n in range(1, items + 1)
    ])  # fmt: skip
    session.execute(insert(Citation), [
        {"revision_id": n, "article_id": rng.randint(1, each * laws)}
        for n in range(1, items + 1)
    ])  # fmt: skip
    session.execute(Item.__table__.update().values(current_id=Item.id,  # type: ignore[attr-defined]
                                                   published_citation_id=Item.id))  # fmt: skip
    session.execute(Item.__table__.update().values(  # type: ignore[attr-defined]
        state=ItemState.PUBLISHED.value).where(Item.id % 5 != 0))  # fmt: skip
    session.commit()


def timed(client: FlaskClient, address: str, **query: Any) -> str:
    """Median and worst of seven requests, in milliseconds, after one that warms up.

    The first figure is processor time, which a busy machine does not lengthen (on PostgreSQL
    only that of this process), the others what a clock on the wall shows.
    """
    busy, took = [], []
    for _ in range(8):
        begin, used = time.perf_counter(), time.process_time()
        answer = client.get(address, query_string=query)
        busy.append((time.process_time() - used) * 1000)
        took.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200
    median = statistics.median(took[1:])
    return (
        f"{statistics.median(busy[1:]):7.1f} ms busy, {median:7.1f} ms, worst {max(took[1:]):7.1f}"
    )


def measure(app: Flask, client: FlaskClient) -> None:
    for name, text in QUERIES.items():
        for kind in ("", "articles", "items"):
            took = timed(client, "/search", q=text, **({"in": kind} if kind else {}))
            print(f"search {kind or 'everything':<11} {name:<28} {took}")
        with app.app_context():
            begin = time.perf_counter()
            db.session.scalar(select(func.count(Article.id)).where(Article.text.contains(text)))
            print(f"{'':<19}{'LIKE scan, for comparison':<28} "
                  f"{(time.perf_counter() - begin) * 1000:7.1f} ms")  # fmt: skip
    for name, query in {
        "whole list": {}, "one state": {"state": "draft"}, "one type": {"type": "single_choice"},
        "one law": {"law": 17}, "one article": {"article": "34"}, "one topic": {"topic": "知识点7"},
        "words": {"q": "信访 听证"}, "one character": {"q": "访"}, "two characters": {"q": "信访"},
        "by difficulty": {"sort": "difficulty"}, "by topic": {"sort": "topic"},
        "last page": {"page": 99999}, "several": {"q": "信访", "type": "single_choice",
                                                  "difficulty": 3, "state": "published"},
    }.items():  # fmt: skip
        print(f"bank {name:<42} {timed(client, '/bank/', **query)}")


def build(app: Flask, given: argparse.Namespace) -> None:
    Model.metadata.create_all(db.engine)
    begin = time.perf_counter()
    fill(db.session, given.laws, given.articles, given.items)
    print(f"filled in {time.perf_counter() - begin:.1f} s")
    begin = time.perf_counter()
    counts = index.rebuild(db.session, index.sources(app))
    db.session.commit()
    print(f"indexed {counts} in {time.perf_counter() - begin:.1f} s")
    if db.engine.dialect.name == "postgresql":
        db.session.connection().exec_driver_sql("ANALYZE")
        db.session.commit()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--laws", type=int, default=1500)
    parser.add_argument("--articles", type=int, default=60_000)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--filled", action="store_true", help="--url was filled by an earlier run")
    parser.add_argument("--keep", type=Path, help="a folder whose database is filled once")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        url = given.url or f"sqlite:///{folder}/x.db"
        filled = given.filled or (not given.url and Path(folder, "x.db").exists())
        config = Config(data_dir=folder, database_url=url, secret_key="bench")
        app = create_app(config, TESTING=True)
        with app.app_context():
            if not filled:
                build(app, given)
            with Session(db.engine, expire_on_commit=False) as session:
                make = Make(session)
                known = session.scalars(select(Account).order_by(Account.id)).first()
                token = make.sign_in(known or make.account(Role.STAFF, Role.RESEARCH_OFFICE))
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        measure(app, client)


if __name__ == "__main__":
    main()
