import click


@click.command("demo")
def cli() -> None:
    """装入演示单位。"""
