"""All commands on the application, in the order in which help lists them."""

from peelrules.cli import insight, verify  # noqa: F401  they register their commands
from peelrules.cli.grading import app

__all__ = ["app"]
