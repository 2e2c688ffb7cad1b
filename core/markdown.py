"""Markdown that people wrote, as HTML that can do no harm."""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: Text, lists, tables and links. No images and frames: nothing is loaded from anywhere.
_TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre",
    "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "a",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
#: Raw HTML is shown as the text that it is; nesting is bounded, so that no text takes long.
_PARSER = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(
    ["table", "strikethrough"]
)


def render(text: str | None) -> Markup:
    """HTML of a text in Markdown (CommonMark and tables), cut down to an allow-list of tags.

    The page has its own first heading, so the text's headings begin at the second level.
    """
    tokens = _PARSER.parse(text or "")
    for token in tokens:
        if token.tag == "h1":
            token.tag = "h2"
    html = nh3.clean(
        _PARSER.renderer.render(tokens, _PARSER.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
    return Markup(html)  # noqa: S704 - cleaned on the line above


def plain(text: str | None) -> str:
    """The words of a text in Markdown, without its marks; a line for each block."""
    blocks = [token for token in _PARSER.parse(text or "") if token.content.strip()]
    return "\n".join(_words(each).strip() for each in blocks)


def _words(token: Token) -> str:
    if not token.children:
        return token.content
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(each.type, each.content) for each in token.children)
