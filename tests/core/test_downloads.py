"""Under which name a browser keeps a file."""

import pytest
from werkzeug.http import parse_options_header

from core.downloads import attachment, disposition


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("余昭明合格证书.pdf", "_______.pdf"),
        ("“A/B卷”\r\n成绩.xlsx", "_A_B____.xlsx"),
        ("papers.zip", "papers.zip"),
    ],
)
def test_a_name_of_any_letters_travels_in_a_header_of_ascii(name: str, bare: str) -> None:
    header = attachment(b"", name).headers["Content-Disposition"]
    assert header.isascii()
    assert f'filename="{bare}"' in header
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    # What cannot stand in a header is gone; all other letters are there.
    assert options["filename"] == name.replace("\r\n", "")


def test_what_is_shown_in_the_page_has_a_name_too() -> None:
    assert disposition("讲义.pdf", inline=True).startswith("inline; filename=")
