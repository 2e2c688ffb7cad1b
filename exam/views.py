from flask import Blueprint

bp = Blueprint("exam", __name__, url_prefix="/exam")
