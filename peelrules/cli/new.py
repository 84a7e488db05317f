"""The commands that make files to begin with: evidence, and rulebooks."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import completion, streams
from peelrules.cli.grading import Application, app
from peelrules.cli.options import Rules
from peelrules.model.plain import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from peelrules.model.framework import CoreQuestion
    from peelrules.model.rulebook import Rulebook

_WORKBOOK = ".xlsx"
_LONGEST = 200
_ENDINGS = (".yaml", ".yml", _WORKBOOK)

_SUMMARY = "Make a file of evidence, or a rulebook, to begin with. Nothing is written over."

new = Application(
    name="new",
    help=_SUMMARY,
    short_help=_SUMMARY,
    no_args_is_help=True,
)
app.add_typer(new)

Framework = Annotated[
    str | None,
    typer.Option(
        help="Id of the framework, if not peel-2021-22; `peelrules frameworks` lists them.",
        metavar="ID",
        autocompletion=completion.frameworks,
    ),
]
Target = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="A file that is not there yet: .yaml, or .xlsx.", metavar="FILE"),
]


@new.command()
def evidence(
    force: Annotated[str, typer.Argument(help="Whose evidence it is.", metavar="FORCE")],
    questions: Annotated[
        str | None,
        typer.Option(
            help="Only these core questions, by id or name, with commas between.",
            metavar="QUESTIONS",
            autocompletion=completion.several_questions,
        ),
    ] = None,
    framework: Framework = None,
    output: Target = None,
    rules: Rules = None,
) -> None:
    """A file of evidence without findings: the coding guide, and the characteristics to choose from, stand in it."""
    from peelrules.documents.guide import load_guide
    from peelrules.documents.starting import evidence_file, evidence_to_begin_with

    if output is not None and output != streams.STANDARD and output.suffix.lower() not in _ENDINGS:
        raise typer.BadParameter(f"{output} should end with {', '.join(_ENDINGS)}", param_hint="--output")
    rulebook = _rulebook(framework, rules)
    words, asked = rulebook.framework, _asked(questions, rulebook)
    begun = evidence_to_begin_with(_named(force), words)
    if output is not None and output.suffix.lower() == _WORKBOOK:
        from peelrules.documents.workbook.writing import workbook_of

        streams.create(workbook_of(begun, words, questions=[question.id for question in asked]), output)
    else:
        streams.create(evidence_file(begun, words, asked, load_guide()), output)


@new.command()
def rulebook(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.", metavar="FOLDER")],
    extends: Annotated[
        str | None,
        typer.Option(
            help="Begin with this one, a bundled one or a folder, and say only what differs.",
            metavar="RULEBOOK",
            autocompletion=completion.rulebooks,
        ),
    ] = None,
    framework: Framework = None,
) -> None:
    """A rulebook to change: the bundled one whole, with its cases, or one that extends another."""
    from peelrules.documents.creating import create_folder
    from peelrules.documents.rulebook import load_rulebook

    if extends is not None and framework is not None:
        raise typer.BadParameter("what is extended is not copied; leave one of the two out", param_hint="--framework")
    files = _copy(framework) if extends is None else {"framework.yaml": _extension(folder, extends)}
    with streams.creating(folder, "FOLDER"):
        create_folder(folder, files, load_rulebook)


def _named(force: str) -> str:
    name = " ".join(force.split())
    if not name or len(name) > _LONGEST or plain(name) != name:
        message = f"write the name of the force in 1 to {_LONGEST} characters that can be seen"
        raise typer.BadParameter(message, param_hint="FORCE")
    return name


def _rulebook(framework: str | None, rules: Path | None) -> "Rulebook":
    from peelrules.documents.choice import rulebook_named
    from peelrules.documents.rulebook import load_rulebook

    if framework is None:
        return load_rulebook(rules)
    if rules is not None:
        raise typer.BadParameter("its framework is taken; leave one of the two out", param_hint="--rules")
    _bundled(framework, "--framework")
    return rulebook_named(framework)


def _asked(questions: str | None, rulebook: "Rulebook") -> "Sequence[CoreQuestion]":
    """The core questions that are named, in the order of the framework; all of them if none is."""
    from peelrules.cli.loading import core_question

    named = [name for name in (questions or "").split(",") if name.strip()]
    ids = {core_question(name, rulebook, "--questions") for name in named}
    return [question for question in rulebook.framework.core_questions if not ids or question.id in ids]


def _bundled(name: str, hint: str) -> Path:
    """The folder of a bundled rulebook."""
    from peelrules.cli.loading import known
    from peelrules.documents.bundled import bundled_rulebooks

    folders = bundled_rulebooks()
    return folders[known(name, folders, "bundled rulebook", hint)]


def _copy(framework: str | None) -> "Mapping[str, bytes]":
    from peelrules.documents.bundled import DEFAULT
    from peelrules.documents.starting import copied

    return copied(_bundled(framework or DEFAULT, "--framework"))


def _extension(folder: Path, extends: str) -> bytes:
    """The framework of a rulebook that extends a bundled one, or one in a folder."""
    from peelrules.documents.bundled import bundled_rulebooks
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.starting import extension_file

    way = extends
    if extends not in bundled_rulebooks():
        if not os.path.isdir(extends):  # noqa: PTH112  it never raises
            _bundled(extends, "--extends")
        here = os.path.realpath(folder.absolute().parent)
        way = Path(os.path.relpath(os.path.realpath(extends), os.path.join(here, folder.name))).as_posix()  # noqa: PTH118
    title = load_rulebook(extends).framework.title
    return extension_file(folder.absolute().name, way, title).encode()
