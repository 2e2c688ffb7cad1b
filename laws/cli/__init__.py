"""`xuefa laws …`: import, list, show and compare what is on the register."""

from laws.cli.base import cli
from laws.cli.diffing import diff

cli.add_command(diff)

__all__ = ["cli"]
