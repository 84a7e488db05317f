"""All commands on the application, in the order in which help lists them."""

from peelrules.cli import agreement, audit, insight, population, report, rulebooks, schema, sensitivity, testing, verify  # noqa: F401  each registers its commands
from peelrules.cli.grading import app

__all__ = ["app"]
