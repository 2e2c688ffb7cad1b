from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test of all goes first: who came to it last would keep another worker waiting."""
    items.sort(key=lambda item: HERE not in item.path.parents)
