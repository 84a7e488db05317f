"""From what stands on the command line to evidence, rulebooks and questions."""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path

import typer

from peelrules.cli import streams
from peelrules.documents.choice import rulebook_named
from peelrules.documents.evidence import load_evidence, load_published
from peelrules.documents.national import load_national
from peelrules.documents.rulebook import load_rulebook
from peelrules.documents.several import all_sound
from peelrules.documents.shape import or_did_you_mean
from peelrules.engine.grading import grade
from peelrules.insight.comparison import outcomes_about
from peelrules.insight.national import in_context
from peelrules.model.assessment import Assessment
from peelrules.model.evidence import Evidence
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook


def given_rulebook(rules: Path | None) -> Rulebook | None:
    """The rulebook that is asked for; None where each document is read with that of its framework."""
    return None if rules is None else load_rulebook(rules)


def inspected(
    files: Sequence[Path], rules: Path | None, read_as: Path | None = None
) -> list[tuple[Evidence, Rulebook]]:
    """The evidence in each file, and the rulebook that it is read with. All faults of all files are told together.

    Args:
        read_as: the newer rulebook under which the evidence is read, if not under that for which it was coded.
    """
    given = given_rulebook(rules)
    loaded = all_sound(partial(load_evidence, file, given) for file in files)
    if read_as is not None:
        from peelrules.cli.cycles import carrying_to  # only those who ask for it wait for crosswalks

        newer, carry = carrying_to(read_as)
        return [(carry(evidence), newer) for evidence in loaded]
    return [(evidence, given or rulebook_named(evidence.framework)) for evidence in loaded]


def assessed(files: Sequence[Path], rules: Path | None, read_as: Path | None = None) -> list[Assessment]:
    """Grade each file. All faults of all files are told before anything is graded."""
    return [
        in_national_context(grade(evidence, rulebook), rulebook)
        for evidence, rulebook in inspected(files, rules, read_as)
    ]


def in_national_context(assessment: Assessment, rulebook: Rulebook) -> Assessment:
    """The assessment with what is known of grades published of other forces, where anything is."""
    return in_context(assessment, load_national(rulebook))


def refuse_several_frameworks(frameworks: Iterable[str], hint: str = "EVIDENCE", otherwise: str = "") -> None:
    """See to it that everything is of one framework.

    Args:
        hint: names the argument in which it was given.
        otherwise: what else can be done about it.
    """
    if len(named := sorted(set(frameworks))) > 1:
        message = f"the files are of several frameworks ({', '.join(named)}); name those of one of them{otherwise}"
        raise typer.BadParameter(message, param_hint=hint)


def coders(files: Sequence[Path]) -> list[str]:
    """What the coder of each file is called: as the file is."""
    return ["standard input" if file == streams.STANDARD else file.stem for file in files]


def graded(file: Path, rules: Path | None, read_as: Path | None = None) -> tuple[Rulebook, Assessment]:
    """The rulebook, and the assessment of one evidence file, whose cautions are told."""
    [(evidence, rulebook)] = inspected([file], rules, read_as)
    assessment = in_national_context(grade(evidence, rulebook), rulebook)
    say_cautions([assessment])
    return rulebook, assessment


def say_cautions(assessments: Iterable[Assessment]) -> None:
    """Tell what readers must know first, where the answer itself does not tell it."""
    for caution in dict.fromkeys(caution for assessment in assessments for caution in assessment.cautions):
        streams.say(f"Caution: {caution}")


def published_outcomes(source: Path, rulebook: Rulebook | None) -> list[Published]:
    """What was published, from a file or from every file of a folder. The faults of all are told together.

    Args:
        rulebook: None where each is read with that of its framework.
    """
    files = sorted(source.glob("*.yaml")) if source.is_dir() else [source]
    return all_sound(partial(load_published, file, rulebook) for file in files)


def outcome_of(inspected: Assessment | Evidence, outcomes: Sequence[Published]) -> Published | None:
    """What was published about the force and inspection that was assessed; None if nothing was."""
    matching = outcomes_about(inspected, outcomes)
    if len(matching) > 1:
        message = f"more than one published outcome is given for {inspected.force}; there is {_named(outcomes)}"
        raise typer.BadParameter(message)
    return matching[0] if matching else None


def published_outcome(inspected: Assessment | Evidence, outcomes: Sequence[Published]) -> Published:
    """What was published about the force and inspection that was assessed, where there must be something."""
    if (outcome := outcome_of(inspected, outcomes)) is None:
        raise typer.BadParameter(f"nothing published is given for {inspected.force}; there is {_named(outcomes)}")
    return outcome


def known(word: str, words: Collection[str], kind: str, hint: str) -> str:
    """The word itself, if it is one of those that can be meant; *hint* names the argument that it was given for."""
    if word not in words:
        raise typer.BadParameter(f"there is no {kind} `{word}`{or_did_you_mean(word, words)}", param_hint=hint)
    return word


def core_question(words: str, rulebook: Rulebook, hint: str = "QUESTION") -> str:
    """The id of the core question that a person means by an id, a title, a short name or an alias."""
    meant = {
        name.casefold(): question.id
        for question in rulebook.framework.core_questions
        for name in (question.id, question.title, question.name, *question.aliases)
    }
    if found := meant.get(words.strip().casefold()):
        return found
    near = get_close_matches(words.casefold(), meant, n=1, cutoff=0.5)
    ids = ", ".join(question.id for question in rulebook.framework.core_questions)
    remedy = f"did you mean `{meant[near[0]]}`?" if near else f"choose from {ids}"
    raise typer.BadParameter(f"there is no core question `{words}`; {remedy}", param_hint=hint)


def _named(outcomes: Sequence[Published]) -> str:
    return ", ".join(sorted({f"{o.force} ({o.inspection or o.framework})" for o in outcomes})) or "none at all"
