"""The command that writes one file about one inspection or many: the whole report, or a brief."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from peelrules.cli import completion, streams
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, Output, ReadAs, Rules

if TYPE_CHECKING:
    from peelrules.model.rulebook import Rulebook
    from peelrules.report.brief import Brief

_WITHOUT = 'a brief as {kind} needs the extra `brief`: pip install "peelrules[brief]"'

Outcomes = Annotated[
    Path | None,
    typer.Option("--published", help="Set the grades beside what was published: a file, or a folder.", metavar="PATH"),
]
Paths = Annotated[
    bool | None,
    typer.Option(help="Tell what would lift each grade. Takes seconds each: left out of several unless asked for."),
]


Questions = Annotated[
    str | None,
    typer.Option(
        help="Tell only these core questions, by id or name, with commas between.",
        metavar="QUESTIONS",
        autocompletion=completion.several_questions,
    ),
]


@app.command()
def report(
    evidence: EvidenceFiles,
    published: Outcomes = None,
    paths: Paths = None,
    brief: Annotated[bool, typer.Option("--brief", help="Two pages in plain words for those who decide.")] = False,
    prepared_by: Annotated[
        str | None, typer.Option(help="Who answers for the brief; stands at its head.", metavar="NAME")
    ] = None,
    questions: Questions = None,
    output: Output = None,
    rules: Rules = None,
    read_as: ReadAs = None,
) -> None:
    """One file about one inspection, or several side by side, that needs nothing else to be read.

    It is HTML. Inspections side by side are of one framework, for nothing else is comparable.

    With --brief it has two pages for each inspection, and is HTML, PDF or Word, as the name after --output ends:
    .html, .pdf or .docx.

    Without --output, the file is named after the evidence, such as lancashire.report.html or lancashire.brief.html, and
    lies in the folder where you are.
    """
    _refuse_what_does_not_go_together(brief, prepared_by, published, paths, output)
    write = _brief_writer(output) if brief else None
    target = output or _named_after(evidence, "brief" if brief else "report")
    given = _Given(evidence, rules, read_as, questions)
    document = write(given, prepared_by or "") if write else _whole(given, published, paths)
    streams.deliver(document, target)
    if output is None:
        streams.say(f"The {'brief' if brief else 'report'} is in {target}.")


class _Given(NamedTuple):
    """What a report is made from."""

    evidence: Sequence[Path]
    rules: Path | None
    read_as: Path | None
    questions: str | None


def _refuse_what_does_not_go_together(
    brief: bool, prepared_by: str | None, published: Path | None, paths: bool | None, output: Path | None
) -> None:
    if brief and published is not None:
        raise typer.BadParameter("a brief leaves out what was published; leave out --brief", param_hint="--published")
    if brief and paths is not None:
        raise typer.BadParameter("a brief always tells what would lift a grade", param_hint="--paths")
    if brief:
        return
    if prepared_by is not None:
        raise typer.BadParameter("only a brief tells it; add --brief", param_hint="--prepared-by")
    if output is not None and output.suffix.lower() in _FORMS:
        message = f"the whole report is HTML; add --brief for a brief as {_FORMS[output.suffix.lower()]}"
        raise typer.BadParameter(message, param_hint="--output")


_FORMS = {".pdf": "PDF", ".docx": "Word"}
"""How the names of briefs end that are no HTML, and what they are called."""


def _brief_writer(output: Path | None) -> Callable[[_Given, str], str | bytes]:
    """What writes a brief in the form that its name asks for; a missing library is told before anything is read."""
    from peelrules.report.briefs import writer

    suffix = output.suffix.lower() if output is not None else ""
    try:
        render = writer(suffix.removeprefix("."))
    except ModuleNotFoundError as error:
        if error.name not in ("docx", "typst"):
            raise
        raise typer.BadParameter(_WITHOUT.format(kind=_FORMS[suffix])) from None
    return lambda given, author: render(_briefs(given, author))


def _briefs(given: _Given, author: str) -> "list[Brief]":
    from peelrules.cli.loading import in_national_context, inspected
    from peelrules.engine.grading import grade
    from peelrules.report.brief import brief_of
    from peelrules.report.briefs import today

    read = inspected(given.evidence, given.rules, given.read_as)
    asked = [_asked(given.questions, rulebook) for _, rulebook in read]
    steps = [
        1 + (len(ids) or len(rulebook.framework.core_questions)) for ids, (_, rulebook) in zip(asked, read, strict=True)
    ]
    with streams.told_steps(sum(steps)) as begin:
        return [
            brief_of(
                in_national_context(grade(evidence, rulebook), rulebook),
                rulebook,
                today(),
                prepared_by=author,
                questions=ids,
                begin=begin,
            )
            for ids, (evidence, rulebook) in zip(asked, read, strict=True)
        ]


def _asked(questions: str | None, rulebook: "Rulebook") -> set[str]:
    """The ids of the core questions that are named; none if all are meant."""
    from peelrules.cli.loading import core_question

    named = [name for name in (questions or "").split(",") if name.strip()]
    return {core_question(name, rulebook, "--questions") for name in named}


def _whole(given: _Given, published: Path | None, paths: bool | None) -> str:
    from peelrules.cli.loading import (
        coders,
        in_national_context,
        inspected,
        outcome_of,
        published_outcomes,
        refuse_several_frameworks,
    )
    from peelrules.engine.grading import grade
    from peelrules.report.html import html_report

    loaded, books = zip(*inspected(given.evidence, given.rules, given.read_as), strict=True)
    frameworks = (each.framework for each in loaded)
    refuse_several_frameworks(frameworks, otherwise=", or read all of them under one with --as")
    rulebook = books[0]
    outcomes = published_outcomes(published, rulebook) if published is not None else []
    if published is not None and not [each for each in loaded if outcome_of(each, outcomes)]:
        raise typer.BadParameter("nothing in it is about the evidence given", param_hint="--published")
    searched = len(loaded) == 1 if paths is None else paths
    asked = _asked(given.questions, rulebook)
    steps = 1 + (len(asked) or len(rulebook.framework.core_questions)) if searched else 1
    with streams.told_steps(steps * len(loaded)) as begin:
        assessments = [in_national_context(grade(each, rulebook), rulebook) for each in loaded]
        return html_report(
            assessments,
            rulebook,
            published=outcomes,
            paths=searched,
            questions=asked,
            coders=coders(given.evidence),
            begin=begin,
        )


def _named_after(evidence: Sequence[Path], kind: str) -> Path:
    """Where a report goes if nothing is said: never over a file that is no report."""
    from peelrules.report.html import MARK

    one = len(evidence) == 1 and evidence[0] != streams.STANDARD
    target = Path(f"{evidence[0].stem}.{kind}.html" if one else f"{kind}.html")
    try:
        with target.open("rb") as stream:
            if MARK.encode() in stream.read(1000):
                return target
    except FileNotFoundError:
        return target
    except OSError as error:
        raise typer.BadParameter(f"{target} cannot be written: {error.strerror}; name another file with -o") from None
    raise typer.BadParameter(f"{target} is there, and is not a report of peelrules; name another file with -o")
