import click


@click.group("exam")
def cli() -> None:
    """考试。"""
