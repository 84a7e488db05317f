"""The page itself: templates, style and script put together, and closed to everything from outside."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from itertools import chain, count
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from peelrules.insight.agreement import distinct
from peelrules.insight.rulebooks import describe_rulebook
from peelrules.insight.tables import decision_table
from peelrules.model.assessment import Assessment
from peelrules.model.facts import counted, in_words
from peelrules.model.plain import folded
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Gravity, Status
from peelrules.report import agreement, explanations, tables, wording
from peelrules.report.html import bars, several
from peelrules.report.html.force import Force, ForceReport
from peelrules.report.html.samples import charts
from peelrules.report.rulebooks import STAGES, whose

_HERE = Path(__file__).parent
MARK = '<meta name="generator" content="peelrules">'
"""By which a file is known to be such a page, near its beginning."""


def render(reports: Sequence[ForceReport], rulebook: Rulebook) -> str:
    """One page about one force, or about several with a comparison first.

    Args:
        rulebook: the one that the assessments were made with.

    Raises:
        ArgumentError: there is nothing to report, or an assessment was made with another rulebook.
    """
    if not reports:
        raise ArgumentError("there is no assessment to report")
    if other := next((r.assessment for r in reports if r.assessment.rulebook != rulebook.identity), None):
        raise ArgumentError(f"the assessment of {other.force} was made with {other.rulebook}, not {rulebook.identity}")
    coders = _coders(reports)
    names = _names([report.assessment for report in reports], coders)
    forces = [
        Force(report, rulebook.framework, prefix, name, coder)
        for report, prefix, name, coder in zip(reports, _prefixes(names), names, coders, strict=True)
    ]
    style, script = asset("base.css") + asset("report.css"), asset("report.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            forces=forces,
            rulebook=rulebook,
            book=describe_rulebook(rulebook),
            gravity=decision_table(rulebook, "gravity"),
            applied=several.applied(forces, rulebook),
            codings=several.codings(forces, rulebook),
            inferred=wording.inferred(reports[0].assessment).strip(),
            style=style,
            script=script,
            policy=policy(style, script),
            mark=Markup(MARK),  # noqa: S704  our own
        )
    )


def _coders(reports: Sequence[ForceReport]) -> list[str | None]:
    """The coder of each report, where there are several of its inspection."""
    headings = Counter(wording.heading(report.assessment) for report in reports)
    coders = distinct([(report.coder, report.assessment) for report in reports])
    is_one_of_several = [headings[wording.heading(report.assessment)] > 1 for report in reports]
    return [coder if several else None for coder, several in zip(coders, is_one_of_several, strict=True)]


def _names(assessments: Sequence[Assessment], coders: Sequence[str | None]) -> list[str]:
    """The names of the forces, with the inspection where one force comes more than once, and the coder if need be."""
    names = [assessment.force for assessment in assessments]
    if len(set(names)) == len(names):
        return names
    headings = map(wording.heading, assessments)
    return [f"{name} ({coder})" if coder else name for name, coder in zip(headings, coders, strict=True)]


def _prefixes(names: Sequence[str]) -> list[str]:
    """What the anchors of each force begin with: nothing for one alone, else its name and two hyphens.

    No name has two hyphens running, so that no anchor of one force can be one of another's or of the page's own.
    """
    if len(names) == 1:
        return [""]
    taken: list[str] = []
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-") or "force"
        numbered = (f"{slug}-{number}--" for number in count(2))
        taken.append(next(prefix for prefix in chain([f"{slug}--"], numbered) if prefix not in taken))
    return taken


def policy(style: str, script: str | None = None) -> str:
    """Only this style and this script, and nothing from anywhere else."""
    scripts = "" if script is None else f"script-src '{_hash(script)}'; "
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; {scripts}img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def asset(name: str) -> Markup:
    """Our own style or script, which is no markup to escape."""
    return Markup((_HERE / name).read_text(encoding="utf-8"))  # noqa: S704


def _seen(value: object) -> object:
    """What a template puts in, in characters that can be seen; markup is what templates have put together.

    A space at either end stays: separators of lists have one.
    """
    if isinstance(value, Markup):
        return value
    words = str(value)
    return f"{' ' * words.startswith(' ')}{folded(words)}{' ' * words.endswith(' ')}"


@cache
def environment() -> Environment:
    """The templates of pages, which take what they are given as text."""
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        finalize=_seen,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.globals.update(
        agreement=agreement,
        bars=bars,
        explanations=explanations,
        sample_charts=charts,
        several=several,
        tables=tables,
        wording=wording,
        Gravity=Gravity,
        Direction=Direction,
        Status=Status,
        STAGES=STAGES,
        whose=whose,
    )
    environment.filters.update(
        capitalised=wording.capitalised,
        counted=counted,
        in_words=in_words,
        initials=wording.initials,
        kind=bars.kind,
        percent=wording.percent,
    )
    return environment
