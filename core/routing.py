"""Numbers in addresses: as large as the databases hold, and no larger."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

#: Largest value of an INTEGER column on every database.
LARGEST = 2**31 - 1


class IdConverter(IntegerConverter):
    """``<int:…>``; a number that no row can have is an address that does not exist."""

    #: Without the digits of other scripts, which Python would read as well.
    regex = r"[0-9]+"

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **({"max": LARGEST} | options))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter
