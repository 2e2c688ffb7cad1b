"""The articles that people mean when they write a law's name and article numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core import figures
from core.db import db
from laws import force
from laws import queries as register
from laws.models import Article, Law, LawVersion
from laws.numerals import Key, article_key
from question_bank.importing.columns import Field
from question_bank.importing.plan import Uncitable
from question_bank.importing.rows import Fault
from question_bank.importing.words import Cited


def law_titles() -> Sequence[str]:
    """The short names of all laws, for choosing from."""
    return db.session.scalars(select(Law.short_title).order_by(Law.short_title, Law.id)).all()


def articles(ids: Sequence[int]) -> Sequence[Article]:
    """The articles with their versions and laws, in the order given."""
    rows = db.session.scalars(
        select(Article)
        .where(Article.id.in_(ids))
        .options(selectinload(Article.version).selectinload(LawVersion.law))
        .order_by(Article.id)
    )
    found = {each.id: each for each in rows}
    return [found[each] for each in ids if each in found]


@dataclass
class Register:
    """Looks citations up as of a day, each law and each version once."""

    day: date

    def __post_init__(self) -> None:
        self._laws: dict[str, Law | None] = {}
        self._articles: dict[int, dict[Key, int]] = {}

    def articles_of(self, cited: Cited) -> list[int]:
        """Ids of the cited articles, in order. Raises Uncitable."""
        version = self._version(self._law(cited.law), cited.version)
        known = self._known(version.id)
        ids, missing = [], []
        for number in cited.numbers:
            key = _key(number)
            if key not in known:
                missing.append(number)
            else:
                ids.append(known[key])
        if missing:
            raise _uncitable(
                Field.ARTICLE,
                f"《{version.law.short_title}》（{version.label}）没有{'、'.join(missing)}；"
                f"该版本共 {len(known)} 条，请核对条款号和法律版本日",
            )
        return ids

    def _law(self, name: str) -> Law:
        if name not in self._laws:
            self._laws[name] = register.law_titled(name)
        law = self._laws[name]
        if law is None or not law.versions:
            near = "、".join(
                each.short_title for each in register.matching_laws(name, per_page=3).items
            )
            hint = f"名称相近的有：{near}" if near else "请写全称或简称，或先请研究室登记这部法律"
            raise _uncitable(Field.LAW, f"法律库中没有《{name.strip('《》')}》；{hint}")
        return law

    def _version(self, law: Law, day: date | None) -> LawVersion:
        if day is not None:
            for version in law.versions:
                if day in {version.promulgated_on, version.effective_on}:
                    return version
            known = "、".join(each.promulgated_on.isoformat() for each in law.versions)
            raise _uncitable(
                Field.VERSION,
                f"《{law.short_title}》没有 {day.isoformat()} 公布或施行的版本；已登记：{known}",
            )
        current = force.current(law.versions, self.day)
        if current is None:
            raise _uncitable(
                Field.VERSION,
                f"《{law.short_title}》在{figures.day(self.day)}没有现行有效的版本；请填写法律版本日",
            )
        return current

    def _known(self, version_id: int) -> dict[Key, int]:
        if version_id not in self._articles:
            rows = db.session.execute(
                select(Article.id, Article.number_main, Article.number_sub)
                .where(Article.version_id == version_id)
                .order_by(Article.position, Article.id)
            )
            self._articles[version_id] = {Key(row[1], row[2]): row[0] for row in rows}
        return self._articles[version_id]


def _key(number: str) -> Key:
    try:
        return article_key(number)
    except ValueError:
        text = f"“{number}”不是条款号；请写成 34、第三十四条 或 第二百六十二条之一，多条用顿号隔开"
        raise _uncitable(Field.ARTICLE, text) from None


def _uncitable(field: Field, reason: str) -> Uncitable:
    return Uncitable(Fault(field.label, reason))
