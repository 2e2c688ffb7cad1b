"""What the pages of this package hang on and share."""

from flask import Blueprint, request

bp = Blueprint("exam", __name__, url_prefix="/exam")


def ticked(name: str) -> list[int]:
    """The numbers of the boxes that were ticked in the form sent; what is no number is left out."""
    return [each for each in request.form.getlist(name, type=int) if 0 <= each < 2**31]
