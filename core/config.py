"""The one place that reads the environment. docs/operations.md explains each for operators."""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self


class BadSetting(ValueError):
    """An environment variable holds something that we cannot use; the message names it."""


@dataclass(frozen=True)
class Config:
    """Settings of one installation; each field says the variable it comes from."""

    #: XUEFA_DATA_DIR: database, uploads, key and audit anchors of the embedded installation.
    data_dir: Path
    #: XUEFA_DATABASE_URL: SQLAlchemy address; by default SQLite in the data directory.
    database_url: str
    #: XUEFA_SECRET_KEY: signs cookies, attempt tokens and the audit chain; by default a random
    #: key kept in the data directory, readable by the owner only.
    secret_key: str
    #: XUEFA_UNIT_NAME: the organisation named on pages and documents.
    unit_name: str = "国家信访局"
    #: XUEFA_TLS=1: served behind TLS, so cookies are Secure with the __Host- prefix, and HSTS.
    tls: bool = False
    #: XUEFA_PROXIES: how many trusted proxies stand in front (their X-Forwarded-For is believed).
    proxies: int = 0
    #: XUEFA_IDLE_MINUTES: a session without requests ends after this.
    idle: timedelta = timedelta(minutes=30)
    #: XUEFA_SESSION_HOURS: a session ends after this in any case.
    session_life: timedelta = timedelta(hours=12)
    #: XUEFA_LOCK_AFTER: wrong passwords for one account from one source before it is locked out.
    lock_after: int = 5
    #: XUEFA_LOCK_MINUTES: for how long.
    lock_for: timedelta = timedelta(minutes=30)
    #: XUEFA_LOCK_SOURCE_AFTER: wrong passwords from one source for whatever accounts.
    lock_source_after: int = 50
    #: XUEFA_PASSWORD_DAYS: a password must be changed when somebody signs in after this; 0: never.
    password_age: timedelta = timedelta(days=90)
    #: XUEFA_MAX_UPLOAD_MB: largest request body.
    max_upload: int = 32 * 1024 * 1024
    #: XUEFA_MAX_MEDIA_MB: largest recording or course package that a lesson is made of.
    max_media: int = 500 * 1024 * 1024
    #: XUEFA_STUDY_GAP_SECONDS: the most that a lesson page without signs of life may credit.
    study_gap: timedelta = timedelta(seconds=90)
    #: XUEFA_STUDY_DAY_MINUTES: the most study time that a person is credited a day.
    study_day: timedelta = timedelta(minutes=480)
    #: XUEFA_STUDY_SHARE: percent of a lesson's planned minutes that completing it takes.
    study_share: int = 60
    #: XUEFA_LEGAL_CHECK=0: what a reviewer passes is published without the research office.
    legal_check: bool = True
    #: XUEFA_NEW_LAW_DAYS: a law promulgated longer ago is no news when it is first registered.
    new_law_window: timedelta = timedelta(days=180)
    #: XUEFA_CERTIFICATE_KEY: signs certificates; by default the secret key. Certificates signed
    #: with another key are no longer valid.
    certificate_key: str = ""
    #: XUEFA_PROBATION_MONTHS: initial training is due within probation, this long.
    probation_months: int = 12
    #: XUEFA_SMTP_HOST: where e-mail is handed in; none is sent while it is empty.
    smtp_host: str = ""
    #: XUEFA_SMTP_PORT, XUEFA_SMTP_USER, XUEFA_SMTP_PASSWORD, XUEFA_SMTP_TLS=1 (STARTTLS).
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: bool = False
    #: XUEFA_SMTP_FROM: the sender's address.
    smtp_from: str = ""
    #: XUEFA_BASE_URL: the address under which people open the system, for links in e-mails and
    #: on certificates.
    base_url: str = ""
    #: XUEFA_LOG_LEVEL: debug, info, warning or error.
    log_level: str = "info"

    @classmethod
    def from_env(cls, env: dict[str, str] | None = None) -> Self:
        """Raises BadSetting."""
        env = dict(os.environ) if env is None else env
        data_dir = Path(env.get("XUEFA_DATA_DIR", "var")).resolve()
        url = env.get("XUEFA_DATABASE_URL") or f"sqlite:///{data_dir / 'xuefa.db'}"
        return cls(
            data_dir=data_dir,
            database_url=_psycopg(url),
            secret_key=env.get("XUEFA_SECRET_KEY") or _kept_key(data_dir / "secret.key"),
            unit_name=env.get("XUEFA_UNIT_NAME", cls.unit_name),
            tls=env.get("XUEFA_TLS") == "1",
            proxies=_whole(env, "XUEFA_PROXIES", 0),
            idle=timedelta(minutes=_whole(env, "XUEFA_IDLE_MINUTES", 30)),
            session_life=timedelta(hours=_whole(env, "XUEFA_SESSION_HOURS", 12)),
            lock_after=_whole(env, "XUEFA_LOCK_AFTER", 5),
            lock_for=timedelta(minutes=_whole(env, "XUEFA_LOCK_MINUTES", 30)),
            lock_source_after=_whole(env, "XUEFA_LOCK_SOURCE_AFTER", 50),
            password_age=timedelta(days=_whole(env, "XUEFA_PASSWORD_DAYS", 90)),
            max_upload=_whole(env, "XUEFA_MAX_UPLOAD_MB", 32) * 1024 * 1024,
            max_media=_whole(env, "XUEFA_MAX_MEDIA_MB", 500) * 1024 * 1024,
            study_gap=timedelta(seconds=_whole(env, "XUEFA_STUDY_GAP_SECONDS", 90)),
            study_day=timedelta(minutes=_whole(env, "XUEFA_STUDY_DAY_MINUTES", 480)),
            study_share=_whole(env, "XUEFA_STUDY_SHARE", 60),
            legal_check=env.get("XUEFA_LEGAL_CHECK", "1") != "0",
            new_law_window=timedelta(days=_whole(env, "XUEFA_NEW_LAW_DAYS", 180)),
            certificate_key=env.get("XUEFA_CERTIFICATE_KEY", ""),
            probation_months=_whole(env, "XUEFA_PROBATION_MONTHS", 12),
            smtp_host=env.get("XUEFA_SMTP_HOST", ""),
            smtp_port=_whole(env, "XUEFA_SMTP_PORT", 25),
            smtp_user=env.get("XUEFA_SMTP_USER", ""),
            smtp_password=env.get("XUEFA_SMTP_PASSWORD", ""),
            smtp_tls=env.get("XUEFA_SMTP_TLS") == "1",
            smtp_from=env.get("XUEFA_SMTP_FROM", ""),
            base_url=env.get("XUEFA_BASE_URL", "").rstrip("/"),
            log_level=env.get("XUEFA_LOG_LEVEL", "info"),
        )

    @property
    def certificate_secret(self) -> str:
        return self.certificate_key or self.secret_key

    def flask(self) -> dict[str, Any]:
        """The settings under the names that Flask and its extensions read."""
        return {
            "XUEFA": self,
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_ENGINES": {"default": {"url": self.database_url}},
            "SESSION_COOKIE_NAME": "__Host-xuefa" if self.tls else "xuefa",
            "SESSION_COOKIE_SECURE": self.tls,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "MAX_CONTENT_LENGTH": self.max_upload,
            "MAX_FORM_MEMORY_SIZE": self.max_upload,
            "MAX_FORM_PARTS": 5_000,
            "WTF_I18N_ENABLED": False,
            "WTF_CSRF_TIME_LIMIT": None,
            "BOOTSTRAP_SERVE_LOCAL": True,
        }


def _whole(env: dict[str, str], name: str, default: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal():
        raise BadSetting(f"环境变量 {name} 应为非负整数，现为 {text!r}")
    return int(text)


def _psycopg(url: str) -> str:
    """PostgreSQL addresses as people write them, with the driver that we install."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(32))
    return path.read_text().strip()
