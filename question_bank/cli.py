import click


@click.group("questions")
def cli() -> None:
    """题库。"""
