"""Files are handed out under their names, Chinese or not, in the words of RFC 6266."""

import pytest
from werkzeug.http import parse_options_header

from core.downloads import attachment, disposition


def test_a_plain_name_stands_as_it_is_and_others_percent_encoded() -> None:
    assert disposition("inline", "scores.xlsx") == 'inline; filename="scores.xlsx"'
    said = disposition("attachment", "年度（A卷）.docx")
    coded = "%E5%B9%B4%E5%BA%A6%EF%BC%88A%E5%8D%B7%EF%BC%89.docx"
    assert said == f"attachment; filename=\"download.docx\"; filename*=UTF-8''{coded}"


@pytest.mark.parametrize(
    "name", ["2026年度 成绩𬱖.xlsx", 'a"b\\c.csv', "100%.csv", "附件.压缩", "a\r\nX: 1.csv"]
)
def test_a_browser_reads_the_name_that_was_given(name: str) -> None:
    said = attachment(b"", name).headers["Content-Disposition"]
    kind, told = parse_options_header(said)
    assert (kind, told["filename"]) == ("attachment", name)
    assert said.isascii()
    assert said.isprintable()
