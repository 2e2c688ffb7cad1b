"""`xuefa laws …`: import, list, show and compare what is on the register."""

from laws.cli.base import cli
from laws.cli.diffing import diff
from laws.cli.repealing import repeals

cli.add_command(diff)
cli.add_command(repeals)

__all__ = ["cli"]
