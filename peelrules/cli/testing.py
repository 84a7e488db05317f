"""The command that tries a rulebook on its cases."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output

if TYPE_CHECKING:
    from peelrules.model.evidence import Evidence
    from peelrules.model.published import Published
    from peelrules.model.rulebook import Rulebook

Outcomes = Annotated[
    Path | None,
    typer.Option(help="With --noise: what was published about the evidence, a file or a folder.", metavar="PATH"),
]
Draws = Annotated[
    int | None, typer.Option(help="With --noise: draws of codings; 1,000 if left out.", min=1, max=1_000_000)
]
Seed = Annotated[
    int | None, typer.Option(help="With --noise: the same one gives the same result; 0 if left out.", min=0)
]
Notch = Annotated[
    float | None,
    typer.Option(help="With --noise: probability that a coding is a notch off; 0.1 if left out.", min=0, max=1),
]


@app.command("test")
def try_out(
    rulebook: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of a rulebook, or id of a bundled one; peel-2021-22 if left out.", metavar="RULEBOOK"
        ),
    ] = None,
    evidence: Annotated[
        list[Path] | None, typer.Option(help="Count which rules apply to this evidence as well.", metavar="FILE")
    ] = None,
    mutate: Annotated[
        bool, typer.Option(help="Change rules and counts a step at a time, and list what nothing notices.")
    ] = False,
    noise: Annotated[
        bool, typer.Option("--noise", help="How often each judgment comes out as wanted if codings are a notch off.")
    ] = False,
    published: Outcomes = None,
    draws: Draws = None,
    seed: Seed = None,
    notch: Notch = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
) -> None:
    """Whether a rulebook makes of its cases what is wanted, and which rules they try.

    With --noise it also tells how many of the judgments that are wanted come out on average if codings are a notch off:
    of the cases, and with --published of the evidence.

    Exits with 1 when a case fails, or when a change of a rule is noticed by no example and no case.
    """
    from peelrules.documents.bundled import bundled_folder
    from peelrules.documents.cases import load_cases
    from peelrules.documents.evidence import load_evidence
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.several import all_sound
    from peelrules.insight.noise import noise as under_noise
    from peelrules.report.testing import trial
    from peelrules.verify.trial import test

    given: dict[str, Any] = {"draws": draws, "seed": seed, "notch": notch}
    drawing = {name: value for name, value in given.items() if value is not None}
    of_noise = [*drawing, *(["published"] if published else [])]
    if of_noise and not noise:
        raise typer.BadParameter("goes with --noise; add it, or leave this out", param_hint=f"--{of_noise[0]}")
    if published and not evidence:
        raise typer.BadParameter("add the --evidence for which this was published", param_hint="--published")
    folder = bundled_folder(rulebook) or rulebook or Path()
    book = load_rulebook(folder)
    cases = load_cases(folder, book)
    loaded = all_sound(partial(load_evidence, file, book) for file in evidence or [])
    codings = _with_outcomes(dict(zip(map(str, evidence or []), loaded, strict=True)), published, book)
    found = test(book, cases, loaded, mutate=mutate)
    if noise:
        found = found.model_copy(update={"noise": under_noise(book, cases, codings, **drawing)})
    deliver(Answer(found, trial(found)), form, output)
    if found.has_faults:
        raise typer.Exit(1)


def _with_outcomes(
    codings: "dict[str, Evidence]", published: Path | None, rulebook: "Rulebook"
) -> "dict[str, tuple[Evidence, Published]]":
    """Each coding with what was published about the inspection; none where nothing published is given."""
    from peelrules.cli.loading import published_outcome, published_outcomes

    if published is None:
        return {}
    outcomes = published_outcomes(published, rulebook)
    return {name: (evidence, published_outcome(evidence, outcomes)) for name, evidence in codings.items()}
