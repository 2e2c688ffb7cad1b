"""One must-know list, in force."""

from datetime import date, datetime

from accounts.models import Account
from courses.must_know import queries as coverage
from demo.loading.bank import Articles
from laws.lists import services
from laws.lists.levels import Requirement, Tier
from laws.lists.services import EntryDraft

TITLE = "机关干部应知应会清单"
P, G, S = Tier.PRIMARY, Tier.GENERAL, Tier.SPECIAL
#: Tier, title, law, what is required.
ENTRIES = (
    (P, "宪法", "中华人民共和国宪法", Requirement.MASTER),
    (P, "信访工作条例", "信访工作条例", Requirement.MASTER),
    (G, "法治宣传教育法", "中华人民共和国法治宣传教育法", Requirement.FAMILIAR),
    (G, "公务员法", "中华人民共和国公务员法", Requirement.FAMILIAR),
    (G, "政府信息公开条例", "中华人民共和国政府信息公开条例", Requirement.AWARE),
    (G, "个人信息保护法", "中华人民共和国个人信息保护法", Requirement.AWARE),
    (S, "行政复议法", "中华人民共和国行政复议法", Requirement.MASTER),
    (S, "行政诉讼法", "中华人民共和国行政诉讼法", Requirement.FAMILIAR),
    (S, "治安管理处罚法", "中华人民共和国治安管理处罚法", Requirement.AWARE),
)


def load_list(
    articles: Articles, *, maker: Account, approver: Account | None, today: date, at: datetime
) -> None:
    """The list, made by one and approved by another."""
    newest: dict[str, tuple[date, int]] = {}
    for (law, day, _), article in articles.items():
        newest[law] = max(newest.get(law, (day, 0)), (day, article.version_id))
    version = services.create_list(title=TITLE, at=at, by=maker)
    drafts = [
        EntryDraft(title, tier, requirement, newest[law][1])
        for tier, title, law, requirement in ENTRIES
    ]
    services.add_entries(version=version, drafts=drafts, at=at)
    offers = coverage.offers(version.entries)
    services.approve(
        version=version,
        effective_on=today,
        today=today,
        lacking=[each.lack for each in offers if each.lack],
        at=at,
        by=approver,
    )
