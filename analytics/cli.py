import click


@click.group("analytics")
def cli() -> None:
    """统计分析。"""
