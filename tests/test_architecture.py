"""What the tree promises, checked."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = [
    "accounts", "analytics", "core", "courses", "demo", "exam", "laws", "question_bank", "study",
]  # fmt: skip
WEB = {"flask", "flask_login", "flask_wtf", "wtforms"}
DATABASE = {"sqlalchemy", "core.db"}
#: A file's name, or that of its folder, says what it may import; any other name is a rule.
MAY_IMPORT = {
    "views": WEB | DATABASE,
    "cli": {"click"} | WEB | DATABASE,
    "guards": WEB | DATABASE,
    "forms": WEB,
    "services": DATABASE,
    "queries": DATABASE,
    "frames": DATABASE,
    "models": DATABASE,
    # The save path stands before Flask and speaks to the database directly.
    "saving": {"flask"} | DATABASE,
}
#: Packages whose every file wires or fills, so that the rooms do not apply.
OUTSIDE = {"core", "demo"}
FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
RULES = [path for path in FILES if path.relative_to(ROOT).parts[0] not in OUTSIDE]


def role_of(path: Path) -> str:
    """The room of a file: ``views`` for both views.py and views/taking.py; "" for a rule."""
    parts = [*path.relative_to(ROOT).parts[1:-1], path.stem]
    return next((part for part in parts if part in MAY_IMPORT), "")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found | {name.split(".")[0] for name in found}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", RULES, ids=named)
def test_a_files_name_says_what_it_may_import(path: Path) -> None:
    role, found = role_of(path), imports(path)
    assert not (found & (WEB | DATABASE | {"click"})) - MAY_IMPORT.get(role, set())
    if not role:
        rooms = {name for name in found if len(parts := name.split(".")) > 1
                 and parts[0] in PACKAGES and parts[1] in MAY_IMPORT}  # fmt: skip
        assert not rooms, f"a rule imports {rooms}"


@pytest.mark.parametrize("path", FILES, ids=named)
def test_only_pages_commands_and_the_save_path_commit(path: Path) -> None:
    if role_of(path) not in {"views", "cli", "saving"} and named(path) not in {
        "core/db.py",
        "core/audit/trail.py",
    }:
        assert ".commit()" not in path.read_text()


@pytest.mark.parametrize("path", FILES, ids=named)
def test_modules_are_imported_at_the_top(path: Path) -> None:
    inside = [
        node.lineno
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    assert inside == []


def test_every_route_says_who_may_use_it(app) -> None:
    served_by_libraries = {"static", "bootstrap.static"}
    silent = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in served_by_libraries
        and not hasattr(app.view_functions[rule.endpoint], "access")
    ]
    assert silent == []


def test_every_template_belongs_to_a_package() -> None:
    folders = {path.name for path in (ROOT / "templates").iterdir()}
    assert folders <= {*PACKAGES, "layouts", "components", "errors", "item_types"}
