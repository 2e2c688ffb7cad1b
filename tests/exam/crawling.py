"""A crawler that asks for everything a person may ask for and looks for what must not be there."""

import io
import itertools
import json
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from core.routing import IdConverter

#: Files of the release, which hold nothing of an installation.
FILES = {"static", "bootstrap.static"}


@dataclass(frozen=True)
class Leak:
    path: str
    secret: str


class Crawler:
    """Every GET route with the given ids, and what their answers hold."""

    def __init__(self, app: Flask, ids: Collection[int], secrets: Collection[str]) -> None:
        self._app, self._ids, self._secrets = app, ids, secrets
        self.answers = 0

    def leaks(self, client: FlaskClient, *, free_at: Collection[str] = ()) -> list[Leak]:
        """Secrets found; paths that begin with one of ``free_at`` are not asked for."""
        return [
            leak
            for path in self._paths()
            if not path.startswith(tuple(free_at))
            for leak in self.look(path, client.get(path))
        ]

    def look(self, path: str, answer) -> list[Leak]:
        self.answers += 1
        text = f"{answer.headers}\n{readable(answer.data)}"
        return [Leak(path, secret) for secret in self._secrets if secret in text]

    def _paths(self) -> Iterator[str]:
        adapter = self._app.url_map.bind("localhost")
        for rule in self._app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in FILES:
                continue
            with self._app.test_request_context():
                for values in self._each(rule):
                    yield adapter.build(rule.endpoint, values)

    def _each(self, rule: Rule) -> Iterator[dict[str, int | str]]:
        """What to ask a route for. Where it takes several, the first ids with one another, any
        further one with itself: all with all are thousands."""
        names = list(rule._converters)
        several = sum(isinstance(each, IdConverter) for each in rule._converters.values()) > 1
        for values in itertools.product(*(self._values(rule, name) for name in names)):
            ids = {each for each in values if each in self._ids}
            if not several or len(ids) <= 1 or ids <= set(self._ids[:3]):
                yield dict(zip(names, values, strict=True))

    def _values(self, rule: Rule, name: str) -> Collection[int | str]:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return sorted(converter.items)
        return self._ids if isinstance(converter, IdConverter) else ["x"]


def readable(data: bytes) -> str:
    """A body as its reader sees it: workbooks unpacked, escapes of JSON undone."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(
                archive.read(name).decode(errors="replace") for name in archive.namelist()
            )
    text = data.decode(errors="replace")
    try:
        return text + json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
