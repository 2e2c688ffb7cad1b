"""The blueprint that the pages of this package hang on."""

from flask import Blueprint

bp = Blueprint("exam", __name__, url_prefix="/exam")
