"""All commands on the application, in the order in which help lists them."""

from peelrules.cli import (  # noqa: F401  each registers its commands
    accounts,
    agreement,
    audit,
    characteristics,
    convert,
    edit,
    frameworks,
    insight,
    new,
    population,
    report,
    rulebooks,
    schema,
    sensitivity,
    testing,
    verify,
)
from peelrules.cli.grading import app

__all__ = ["app"]
