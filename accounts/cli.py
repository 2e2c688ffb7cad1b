import click


@click.group("people")
def cli() -> None:
    """人员名册。"""
