"""法条: articles of the register, in the wording that is in force on the day of reading."""

from courses.lessons.kinds.base import Fault, Form, Kind


def _fault(form: Form) -> Fault | None:
    return None if form.article_ids else ("articles", "法条课时须引用至少一条")


KIND = Kind("articles", "book", "只引条号，显示学习当天现行有效的文本", fault=_fault)
