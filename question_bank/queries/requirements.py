"""What the must-know lists in force ask of articles, for choosing items by it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_

from laws.lists import queries as lists
from laws.lists.levels import Requirement
from laws.models import LawVersion
from question_bank.models import Citation


@dataclass(frozen=True)
class Required:
    """By article, and by law for the entries that name a whole law, what lists ask."""

    by_article: Mapping[int, frozenset[Requirement]]
    by_law: Mapping[int, frozenset[Requirement]]

    def of(self, article_id: int, law_id: int) -> frozenset[Requirement]:
        none: frozenset[Requirement] = frozenset()
        return self.by_article.get(article_id, none) | self.by_law.get(law_id, none)

    def cited_as(self, requirement: Requirement) -> ColumnElement[bool]:
        """A citation of what is required so; for queries that join it to its law version."""
        articles = [each for each, asked in self.by_article.items() if requirement in asked]
        laws = [each for each, asked in self.by_law.items() if requirement in asked]
        if not articles and not laws:
            return false()
        return or_(Citation.article_id.in_(articles), LawVersion.law_id.in_(laws))


def required(on: date) -> Required:
    """As the lists of the day say."""
    by_article: defaultdict[int, set[Requirement]] = defaultdict(set)
    by_law: defaultdict[int, set[Requirement]] = defaultdict(set)
    for version in lists.current(on):
        for entry in version.entries:
            for each in entry.articles:
                by_article[each.article_id].add(entry.requirement)
            if not entry.articles:
                by_law[entry.law_version.law_id].add(entry.requirement)
    return Required(
        {each: frozenset(asked) for each, asked in by_article.items()},
        {each: frozenset(asked) for each, asked in by_law.items()},
    )
