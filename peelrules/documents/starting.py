"""Files to begin with: evidence of which nothing is written yet, a copy of a rulebook, and one that extends another."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap

from peelrules.documents.folder import Folder
from peelrules.documents.rewriting import written
from peelrules.model.evidence import Evidence
from peelrules.model.framework import CoreQuestion, Framework, Work
from peelrules.model.guide import Guide
from peelrules.model.problems import DocumentError

_WIDTH = 110
_EVIDENCE = (
    "What stands after a # is a note, and is not graded. `peelrules check` tells what is wrong with this file, "
    "`peelrules grade` grades it."
)
_SOURCES = "The documents that findings are from, each under a word that findings name. Correct title and publisher."
_ONE = "WHAT ONE FINDING IS"
_FIELDS = "THE FIELDS OF A FINDING, and what each level means"
_CHARACTERISTICS = (
    "THE CHARACTERISTICS that a finding bears on: name one by its id, or by its title. "
    "`peelrules characteristics` tells in full what each says."
)
_FINDINGS = (
    "FINDINGS. Take the brackets away, and write one below the other. This is what one looks like, once the # and "
    "the space behind it are gone from each of its lines:"
)
_EXTENSION = "A rulebook that says only what is not as in the one that it extends."
_NAMED = "Evidence for it says `framework: {id}`, and is graded with `--rules` and this folder."
_MAY_BE_SAID = (
    "In this file you may also write sources, strands, methods and credit, which are added or take the place of those "
    "of the same name; and core_questions, as the complete list, in which an id alone means: as it is there.",
    "Beside this file may lie counts.yaml, samples.yaml, findings.yaml, characteristics.yaml and core-questions.yaml. "
    "What they say takes the place of what has the same id, or is added. `peelrules rules` lists what there is.",
    "What is to be left out is named so:",
)
_REMOVES = "removes: {rules: [], counts: [], sources: [], strands: [], methods: []}"


def evidence_to_begin_with(force: str, framework: Framework) -> Evidence:
    """Evidence on a force, without findings, and with a source whose title is to be corrected."""
    work = Work(title=f"An inspection of {force}", publisher=framework.wording.inspectorate)
    return Evidence(force=force, framework=framework.id, sources={"report": work}, findings=())


def evidence_file(evidence: Evidence, framework: Framework, questions: Sequence[CoreQuestion], guide: Guide) -> str:
    """A file of evidence to write findings in: YAML with the guide, and what findings may name, as comments.

    Args:
        questions: those whose characteristics are listed.
    """
    sources = {key: work.model_dump(exclude_none=True) for key, work in evidence.sources.items()}
    inspections = " or ".join(framework.inspections)
    return "\n".join(
        [
            *_note(_EVIDENCE),
            "",
            written({"force": evidence.force, "framework": evidence.framework}).rstrip(),
            *(["# Where it is from one inspection:", f"# inspection: {inspections}"] if inspections else ()),
            "",
            *_note(_SOURCES),
            written({"sources": sources}).rstrip(),
            "",
            *_note(_ONE),
            *(line for sentence in guide.finding.values() for line in _note(sentence, 2)),
            "#",
            *_note(_FIELDS),
            *_fields(guide, framework),
            "#",
            *_note(_CHARACTERISTICS),
            *(line for question in questions for line in _characteristics(question)),
            "",
            *_note(_FINDINGS),
            "findings: []",
            *(f"# {line}" for line in written({"findings": [_example(questions[0], framework)]}).splitlines()[1:]),
            "",
        ]
    )


def copied(rulebook: Path) -> Mapping[str, bytes]:
    """What lies in the folder of a rulebook, its cases included, by the way to each file from there.

    Raises:
        DocumentError: a folder in it cannot be looked into.
        OSError: a file cannot be read.
    """
    files, problems = Folder(rulebook, may_lead_out=True).files()  # some installers put links in the place of files
    if problems:
        raise DocumentError(problems)
    return {file.relative_to(rulebook).as_posix(): file.read_bytes() for file in files}


def extension_file(called: str, extends: str, of: str) -> str:
    """The framework of a rulebook that extends another, and so far says nothing different.

    Args:
        called: the name of its folder, from which its id is made.
        extends: id of the rulebook that it extends, or the way to its folder.
        of: title of that rulebook.
    """
    name = "-".join(re.findall("[a-z0-9]+", called.casefold())) or "own-rulebook"
    said = {"extends": extends, "id": name, "title": f"{of}, changed", "version": "0.1.0"}
    further = [line for sentence in _MAY_BE_SAID for line in ("", *_note(sentence))]
    return "\n".join(
        [*_note(_EXTENSION), *_note(_NAMED.format(id=name)), "", written(said).rstrip(), *further, f"# {_REMOVES}", ""]
    )


def _example(question: CoreQuestion, framework: Framework) -> dict[str, object]:
    return {
        "id": "A-01",
        "finding": "What was found, in your own words.",
        "bears_on": [question.characteristics[0].id],
        "direction": "shortfall",
        "seriousness": "moderate",
        "extent": "some",
        "state": "open",
        "strand": next(iter(framework.strands)),
        "source": {"document": "report", "section": "Section of the report", "paragraph": 1},
    }


def _fields(guide: Guide, framework: Framework) -> Iterator[str]:
    named = {"strand": framework.strands, "method": framework.methods}
    for field, advice in guide.fields.items():
        yield from _note(f"{field}: {advice.says}", 2)
        for level, meaning in {**advice.levels, **named.get(field, {})}.items():
            yield from _note(f"{level}: {meaning}", 6)


def _characteristics(question: CoreQuestion) -> Iterator[str]:
    yield from _note(f"{question.title} ({question.id})", 2)
    widest = max(len(characteristic.id) for characteristic in question.characteristics)
    for characteristic in question.characteristics:
        yield from _note(f"{characteristic.id:{widest}}  {characteristic.title}", 6)


def _note(text: str, indent: int = 0) -> list[str]:
    """A text as comments, what goes on in another line a little to the right."""
    before = " " * (indent + 1)
    lines = wrap(
        text,
        _WIDTH,
        initial_indent=before,
        subsequent_indent=f"{before}  " if indent else before,
        break_on_hyphens=False,
    )
    return [f"#{line}" for line in lines]
