"""What the modules of this package share."""

from flask import Blueprint

bp = Blueprint("daily", __name__, url_prefix="/daily")
