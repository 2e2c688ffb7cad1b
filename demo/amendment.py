"""A rule of our own that is amended, so that there is a change of law to look at. Pure.

Nobody issued it: title and source say so. The second version edits a time limit, splits an
article, removes one and adds one, and applies from a month after the demonstration is loaded.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from demo.material import ArticleOutline, LawOutline
from laws.categories import Category
from question_bank.drafts import ItemDraft
from question_bank.item_types import CognitiveLevel, ItemType

TITLE = "机关学法用法考核办法（演示用，非真实文件）"
SHORT_TITLE = "机关学法用法考核办法（演示）"
FIRST = date(2024, 3, 1)
_BODIES = ("演示委员会",)

_THIRD = (
    "参加考核的干部应当在考核结束后十五日内领取成绩通知；对成绩有异议的，可以在五日内申请复核。"
)
_OLD = (
    ("第一条", "为了督促机关干部学习和运用法律，制定本办法。"),
    ("第二条", "机关干部每年参加法律学习不得少于二十学时。"),
    ("第三条", _THIRD),
    ("第四条", "无正当理由缺考的，由所在部门负责人约谈。"),
    ("第五条", "考核成绩载入本人学法档案，作为年度考评的参考。"),
)
_NEW = (
    ("第一条", "为了督促机关干部学习和运用法律，制定本办法。"),
    ("第二条", "机关干部每年参加法律学习不得少于三十学时。"),
    ("第三条", "参加考核的干部应当在考核结束后十五日内领取成绩通知。"),
    ("第四条", "对成绩有异议的，可以在收到通知之日起十日内申请复核。"),
    ("第五条", "考核成绩载入本人学法档案，作为年度考评的参考。"),
    ("第六条", "各部门应当为干部参加法律学习提供必要的时间和条件。"),
)
#: Item type, stem, options, key, number of the article.
_ITEMS: Sequence[tuple[ItemType, str, Sequence[str], Sequence[int], str]] = (
    (ItemType.SINGLE_CHOICE, "按照演示考核办法，机关干部每年参加法律学习的下限是：",
     ("十学时", "二十学时", "四十学时", "六十学时"), (1,), "第二条"),
    (ItemType.TRUE_FALSE, "按照演示考核办法，对考核成绩有异议的，可以在五日内申请复核。",
     (), (0,), "第三条"),
    (ItemType.TRUE_FALSE, "按照演示考核办法，无正当理由缺考的，由所在部门负责人约谈。",
     (), (0,), "第四条"),
    (ItemType.TRUE_FALSE, "按照演示考核办法，考核成绩与年度考评没有关系。", (), (1,), "第五条"),
)  # fmt: skip


def first() -> LawOutline:
    """The version in force."""
    return _version(FIRST, date(2024, 5, 1), "2024年公布", _OLD)


def second(today: date) -> LawOutline:
    """The version that was promulgated some days ago and applies from a month ahead."""
    made = today - timedelta(days=12)
    return _version(made, today + timedelta(days=30), f"{made.year}年修订", _NEW)


def _version(
    made: date, begins: date, label: str, articles: Sequence[tuple[str, str]]
) -> LawOutline:
    return LawOutline(
        title=TITLE,
        short_title=SHORT_TITLE,
        categories=(Category.RULE,),
        issuing_bodies=_BODIES,
        promulgated_on=made,
        effective_on=begins,
        label=label,
        article_count=len(articles),
        articles=[ArticleOutline(number, "", text) for number, text in articles],
    )


def drafts(article_ids: dict[str, int]) -> list[ItemDraft]:
    """Items on the first version; ``article_ids`` by number."""
    return [
        ItemDraft(
            item_type=item_type,
            stem=stem,
            options=options,
            key=list(key),
            rationale=f"依据演示考核办法{number}。",
            cognitive_level=CognitiveLevel.REMEMBER,
            topic="学法考核",
            source="演示题库",
            article_ids=(article_ids[number],),
        )
        for item_type, stem, options, key, number in _ITEMS
    ]
