"""Briefs as one HTML file that needs nothing else, laid out for two pages of A4 each."""

from collections.abc import Sequence

from markupsafe import Markup

from peelrules.report.brief import STANDING, Brief, title_of
from peelrules.report.html.page import MARK, asset, environment, policy


def render(briefs: Sequence[Brief]) -> str:
    """One page with each brief after the other; in print each begins a sheet."""
    style = asset("brief.css")
    return (
        environment()
        .get_template("brief.html.j2")
        .render(
            briefs=briefs,
            title=title_of(briefs),
            standing=STANDING,
            style=style,
            policy=policy(style),
            mark=Markup(MARK),  # noqa: S704  our own
        )
    )
