"""The demonstration's law outlines as the register takes them. Pure."""

from demo.material import LawOutline
from laws.numerals import article_key
from laws.parsing.text import Level, ParsedArticle, ParsedDivision, ParsedLaw


def parsed(outline: LawOutline) -> ParsedLaw:
    """The outline of a version: the gists of the articles that we cite, under their chapters."""
    chapters = list(dict.fromkeys(each.chapter for each in outline.articles if each.chapter))
    return ParsedLaw(
        file="",
        title=outline.title,
        promulgated_on=outline.promulgated_on,
        effective_on=outline.effective_on,
        label=outline.label,
        bodies=outline.issuing_bodies,
        categories=outline.categories,
        preamble="",
        divisions=[ParsedDivision(Level.CHAPTER, chapter) for chapter in chapters],
        articles=[
            ParsedArticle(
                number=each.number,
                key=article_key(each.number),
                text=each.gist,
                division=chapters.index(each.chapter) if each.chapter else None,
            )
            for each in outline.articles
        ],
    )
