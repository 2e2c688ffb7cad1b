"""`xuefa …`: serve, prepare the database, check, back up, prove the audit trail."""

import json
import os
import resource
import socket
import sqlite3
import sys
import tempfile
import zipfile
from contextlib import closing
from contextvars import Context
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import current_app
from flask.cli import with_appcontext
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from sqlalchemy import text

from core import kept, vault
from core.audit import trail
from core.db import db
from core.fulltext import index
from core.serving.server import Server

ROOT = Path(__file__).parent.parent
#: Seconds that a connection may be idle: a candidate saves every half minute or so.
IDLE = 75
#: Connections that a process holds at most, idle ones included: a browser keeps some open, and who
#: is not let in waits until somebody else's has been idle for long enough.
CONNECTIONS = 50_000
#: Files that a process has open besides them.
OTHER_FILES = 200
#: Seconds that requests have to end once the server is told to stop: a download may take for ever.
STOPPING = 15
#: Set in the environment of serving processes.
SERVING = "XUEFA_SERVING"


def register(cli: click.Group) -> None:
    for each in (serve, database, check, backup, restore, audit, search):
        cli.add_command(each)


def report(data: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print a command's result: JSON for programs, Chinese lines for people."""
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else "\n".join(lines))


#: The largest number of a row that both databases know.
_MOST = 2**63 - 1
#: Of an argument that is such a number.
ROW = click.IntRange(1, _MOST)


def row_number(text: str) -> int | None:
    """The number of a row that an argument may be; None if it is none."""
    number = int(text) if text.isdecimal() and len(text) < len(str(_MOST)) else None
    return number or None


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址")
@click.option("--port", default=8000, show_default=True, help="监听端口")
@click.option("--processes", type=int, help="进程数（仅 PostgreSQL 可大于 1）")
@with_appcontext
def serve(host: str, port: int, processes: int | None) -> None:
    """启动服务。"""
    embedded = db.engine.dialect.name == "sqlite"
    if embedded and processes not in (None, 1):
        raise click.UsageError("SQLite 只能由一个进程写入；多进程请使用 PostgreSQL。")
    _must_be_free(host, port)
    # The processes that serve, and only they, run the recurring jobs.
    os.environ[SERVING] = "1"
    server = Server(
        "app:create_server",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        factory=True,
        workers=processes or (1 if embedded else 2),
        loop=Loops.auto,
        websockets=False,
        backlog=4096,
        backpressure=connections(),
        http1_settings=HTTP1Settings(header_read_timeout=IDLE * 1000),
        log_access=False,
        respawn_interval=0.5,
        workers_kill_timeout=STOPPING,
    )
    # The command runs in an application context, which the processes that serve would inherit: on
    # their loop a session of the database could be opened, and nothing would ever end it.
    Context().run(server.serve)


def connections() -> int:
    """As many as the system lets a process hold; of two limits the one that we may raise is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(1, most - OTHER_FILES)


def _must_be_free(host: str, port: int) -> None:
    """The server shares its port among its processes, and would with another server, too."""
    family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise click.UsageError(
                f"{host} 的端口 {port} 不能使用（{error.strerror}），可能已有服务在运行；"
                "请先停止它，或用 --port 换一个端口。"
            ) from None


@click.group("db")
def database() -> None:
    """数据库结构。"""


def alembic_config() -> AlembicConfig:
    config = AlembicConfig(toml_file=ROOT / "pyproject.toml")
    config.attributes["app"] = current_app._get_current_object()  # type: ignore[attr-defined]
    return config


@database.command()
@with_appcontext
def upgrade() -> None:
    """建立或升级数据库结构（可重复执行）。"""
    command.upgrade(alembic_config(), "head")
    click.echo("数据库结构已是最新。")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def check(as_json: bool) -> None:
    """自检：数据库可用、结构为最新、完整性与审计链。"""
    broken = trail.verify()
    found = {
        "database": db.engine.dialect.name,
        "migration": db.session.execute(text("SELECT version_num FROM alembic_version")).scalar(),
        "expected": current_app.config["MIGRATION_HEAD"],
        "integrity": _integrity(),
        "audit": "ok" if broken is None else f"{broken.number}: {broken.reason}",
        "search": _search_index(),
        "kept": _kept(),
    }
    healthy = (
        found["migration"] == found["expected"]
        and found["integrity"] == "ok"
        and found["audit"] == "ok"
        and found["search"] == "ok"
        and found["kept"] == "ok"
    )
    report(found, [f"{name}: {value}" for name, value in found.items()], as_json=as_json)
    sys.exit(0 if healthy else 1)


def _search_index() -> str:
    """Whether what can be found is what there is; in Chinese what is not."""
    parts = []
    for source in index.sources(current_app):
        drift = index.drift(db.session, source)
        if not drift.in_step:
            parts.append(f"{drift.label}缺 {drift.missing}、过时 {drift.outdated}、"
                         f"多余 {drift.left_over}")  # fmt: skip
    return f"{'；'.join(parts)}。请运行 xuefa search rebuild" if parts else "ok"


def _kept() -> str:
    """Whether the database itself guards what is only added to."""
    lost = kept.unguarded(db.session.connection())
    return f"{'、'.join(lost)}缺少只增不改的触发器" if lost else "ok"


def _integrity() -> str:
    if db.engine.dialect.name != "sqlite":
        return "ok"
    return str(db.session.execute(text("PRAGMA integrity_check")).scalar())


def _embedded_path() -> Path:
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        raise click.UsageError("此命令用于内置 SQLite；PostgreSQL 请使用 pg_dump / pg_restore。")
    return Path(db.engine.url.database)


#: What stands in the data directory beside the database and must come back with it.
KEPT_FILES = ("secret.key", "audit.anchors")


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--no-media", is_flag=True, help="不含音视频和课件包（vault/），另行复制")
@with_appcontext
def backup(path: Path, no_media: bool) -> None:
    """把数据库、密钥、审计锚点和音视频备份到 PATH（zip）；服务运行中也可执行。"""
    source_path = _embedded_path()
    if not source_path.exists():
        raise click.UsageError(f"数据库 {source_path} 不存在，没有可备份的内容。")
    data_dir: Path = current_app.config["XUEFA"].data_dir
    # Before the database: an anchor of a record that the copy does not hold would look like a loss.
    kept = {name: (data_dir / name).read_bytes() for name in _there(data_dir)}
    partial = path.with_name(path.name + ".partial")
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "xuefa.db"
            _copy_database(source_path, copy)
            partial.touch(mode=0o600)
            with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, "xuefa.db")
                for name, content in kept.items():
                    archive.writestr(name, content)
                # Files are named by what they hold and never change: those that the copy of the
                # database speaks of are all here by now. They are packed already.
                for file in [] if no_media else vault.files():
                    archive.write(file, f"{vault.FOLDER}/{file.name}", zipfile.ZIP_STORED)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        click.echo(f"无法写入 {path}：{error.strerror}", err=True)
        sys.exit(2)
    click.echo(f"已备份到 {path}")


def _there(data_dir: Path) -> list[str]:
    return [name for name in KEPT_FILES if (data_dir / name).exists()]


def _copy_database(source_path: Path, copy: Path) -> None:
    """A copy as of one moment, while others go on writing."""
    with closing(sqlite3.connect(source_path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接覆盖现有数据")
@with_appcontext
def restore(path: Path, yes: bool) -> None:
    """从备份 PATH 恢复（先停止服务）；现有数据库改名保留。"""
    target = _embedded_path()
    data_dir: Path = current_app.config["XUEFA"].data_dir
    # Beside its place, so that taking it is one step.
    fresh = target.with_name(target.name + ".restoring")
    try:
        with zipfile.ZipFile(path) as archive:
            fresh.write_bytes(archive.read("xuefa.db"))
            _must_be_whole(fresh)
            if target.exists() and not yes:
                click.confirm(f"将以备份覆盖 {target}，确定吗？", abort=True)
            db.session.close()
            db.engine.dispose()
            for name in KEPT_FILES:
                if name in archive.namelist():
                    (data_dir / name).write_bytes(archive.read(name))
                    (data_dir / name).chmod(0o600)
            _restore_vault(archive)
        _put_aside(target)
        fresh.replace(target)
    except (zipfile.BadZipFile, KeyError):
        click.echo(f"{path} 不是本系统的备份文件。", err=True)
        sys.exit(2)
    finally:
        fresh.unlink(missing_ok=True)
    click.echo("已恢复。原数据库（如有）保留为 .before-restore。")


def _restore_vault(archive: zipfile.ZipFile) -> None:
    """What is there already stays; what is damaged in the backup is not taken, and said."""
    for info in archive.infolist():
        folder, _, name = info.filename.partition("/")
        if folder == vault.FOLDER and name and not vault.path_of(Path(name).name).exists():
            with archive.open(info) as stream:
                if vault.keep(stream, most=info.file_size).sha256 != name:
                    click.echo(f"{info.filename} 与其名称不符，已损坏。", err=True)


def _put_aside(target: Path) -> None:
    """Rename a database with the log that holds its latest changes, if it did not end well."""
    before = target.with_suffix(".before-restore")
    for suffix in ("", "-wal"):
        if (file := Path(f"{target}{suffix}")).exists():
            file.replace(f"{before}{suffix}")
    Path(f"{target}-shm").unlink(missing_ok=True)


def _must_be_whole(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError:
        state = "damaged"
    finally:
        connection.close()
    if state != "ok":
        click.echo("备份中的数据库已损坏，未作任何改动。", err=True)
        sys.exit(2)


@click.group()
def audit() -> None:
    """审计记录。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def verify(as_json: bool) -> None:
    """逐条核验审计链与库外锚点；发现改动时指出第一条。"""
    broken = trail.verify()
    if broken is None:
        count = trail.length()
        report({"ok": True, "records": count}, [f"审计链完整，共 {count} 条。"], as_json=as_json)
        return
    data = {"ok": False, "number": broken.number, "reason": broken.reason}
    report(data, [f"第 {broken.number} 条异常：{broken.reason}。"], as_json=as_json)
    sys.exit(1)


@click.group()
def search() -> None:
    """全文检索的索引。"""


@search.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@with_appcontext
def rebuild(as_json: bool) -> None:
    """重建全部索引（可重复执行）。"""
    counts = index.rebuild(db.session, index.sources(current_app))
    db.session.commit()
    report(counts, [f"{label}：{count}" for label, count in counts.items()], as_json=as_json)
