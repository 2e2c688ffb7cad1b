"""Reading pages in tests: every one is HTML with one h1 that its title repeats."""

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse


def page(answer: TestResponse) -> BeautifulSoup:
    assert answer.status_code == 200
    return shown(answer)


def shown(answer: TestResponse) -> BeautifulSoup:
    """A page that may also say that something was refused."""
    soup = BeautifulSoup(answer.text, "html.parser")
    headings = soup.find_all("h1")
    assert len(headings) == 1
    assert soup.title
    assert headings[0].get_text(strip=True) in soup.title.get_text()
    return soup


def main(answer: TestResponse) -> str:
    """The words of the page's main part, in one line."""
    found = page(answer).find("main")
    assert found
    return " ".join(found.get_text(" ").split())


def text(answer: TestResponse) -> str:
    """All the words of a page."""
    return BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)
