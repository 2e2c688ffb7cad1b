import stat
from pathlib import Path

import pytest

from core.config import BadSetting, Config


def test_an_installation_without_settings_keeps_its_data_and_key_in_one_folder(
    tmp_path: Path,
) -> None:
    env = {"XUEFA_DATA_DIR": str(tmp_path / "var")}
    first, second = Config.from_env(env), Config.from_env(env)
    assert first.database_url == f"sqlite:///{tmp_path / 'var' / 'xuefa.db'}"
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    key = tmp_path / "var" / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize("scheme", ["postgresql://", "postgres://"])
def test_postgresql_is_reached_through_the_driver_that_we_install(
    tmp_path: Path, scheme: str
) -> None:
    env = {"XUEFA_DATA_DIR": str(tmp_path), "XUEFA_DATABASE_URL": scheme + "db/xuefa"}
    assert Config.from_env(env).database_url == "postgresql+psycopg://db/xuefa"


def test_a_bad_number_is_named(tmp_path: Path) -> None:
    env = {"XUEFA_DATA_DIR": str(tmp_path), "XUEFA_LOCK_AFTER": "five"}
    with pytest.raises(BadSetting, match="XUEFA_LOCK_AFTER"):
        Config.from_env(env)
