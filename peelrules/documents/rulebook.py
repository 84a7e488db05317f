"""Rulebooks from folders of YAML: a framework, and one file of rules for each stage."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from peelrules.documents.places import Loc
from peelrules.documents.references import known, known_characteristics, unique
from peelrules.documents.shape import shaped
from peelrules.documents.yaml import Document, read
from peelrules.model.facts import Stage
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, Rule
from peelrules.model.scales import Status

BUNDLED = "peel-2021-22"
FRAMEWORK_FILE = "framework.yaml"
RULE_FILES = {
    Stage.SAMPLE: "samples.yaml",
    Stage.FINDING: "findings.yaml",
    Stage.CHARACTERISTIC: "characteristics.yaml",
    Stage.CORE_QUESTION: "core-questions.yaml",
}

MAX_CONDITIONS = 16  # durable_rules takes no more in one alternative, and says so only when a fact arrives


def bundled_rulebook() -> Path:
    """The folder of the rulebook that comes with peelrules."""
    package = Path(__file__).parents[1]
    installed = package / "rules" / BUNDLED
    return installed if installed.is_dir() else package.parent / "rules" / BUNDLED


def load_rulebook(folder: str | Path | None = None) -> Rulebook:
    """Read a rulebook from a folder, or the bundled one.

    Raises:
        DocumentError: with every fault of every file.
    """
    folder = Path(folder) if folder is not None else bundled_rulebook()
    problems = list(_stray_files(folder))
    documents: dict[str, Document] = {}
    for name in (FRAMEWORK_FILE, *RULE_FILES.values()):
        try:
            documents[name] = read(folder / name)
            problems += documents[name].faults
        except DocumentError as error:
            problems += error.problems
    framework: Framework | None = None
    rules: list[Rule] = []
    places: dict[str, str] = {}
    if document := documents.get(FRAMEWORK_FILE):
        framework, faults = _framework(document)
        problems += faults
    for stage, name in RULE_FILES.items():
        if document := documents.get(name):
            found, faults = _rules(document, stage)
            rules += [rule for _, rule in found]
            places |= {rule.id: f"{folder.name}/{name}:{document.problem(loc, '').line}" for loc, rule in found}
            problems += faults
            if framework is not None:
                problems += _references(document, framework)
    problems += _repeated_ids(documents)
    if framework is None or problems:
        raise DocumentError(problems)
    order = list(Stage)
    return Rulebook(
        framework=framework,
        rules=tuple(sorted(rules, key=lambda rule: (order.index(rule.stage), rule.id))),
        places=places,
    )


def place(folder: Path, stage: Stage, rule: str | None, loc: Loc, message: str) -> Problem:
    """A problem at a part of a rule of a folder's rulebook; with no rule, at the beginning of the stage's file."""
    document = read(folder / RULE_FILES[stage])
    index = next((steps[:1] for steps, name in document.select("*", "id") if name == rule), ())
    return document.problem((*index, *loc), message, at_key=True)


def _stray_files(folder: Path) -> Iterator[Problem]:
    expected = {FRAMEWORK_FILE, *RULE_FILES.values()}
    if not folder.is_dir():
        what = "a rulebook is a folder; name the folder" if folder.exists() else "there is no such folder"
        raise DocumentError([Problem(str(folder), 0, 0, what)])
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        if path.name not in expected:
            message = f"this file would not be read; the files of a rulebook are {', '.join(sorted(expected))}"
            yield Problem(str(path), 0, 0, message)


def _framework(document: Document) -> tuple[Framework | None, list[Problem]]:
    if not isinstance(document.value, dict):
        return None, [document.problem((), "this is not a framework; begin with `id: …` and `title: …`")]
    framework, problems = shaped(Framework, document)
    characteristic = ("core_questions", "*", "topics", "*", "characteristics", "*")
    works = [loc[-1] for loc, _ in document.select("sources", "*")]
    problems += [
        *unique(document, "core_questions", "*", "id"),
        *unique(document, *characteristic, "id"),
        *known(document, "source", works, *characteristic, "source", "document"),
    ]
    if framework is not None and (missing := [str(status) for status in Status if status not in framework.credit]):
        problems.append(document.problem(("credit",), f"there is no credit for {', '.join(missing)}; add it"))
    return framework, problems


def _rules(document: Document, stage: Stage) -> tuple[list[tuple[tuple[int], Rule]], list[Problem]]:
    value: Any = document.value if document.value is not None else []
    if not isinstance(value, list) or (stage is Stage.CORE_QUESTION and not value):  # without rules all is outstanding
        return [], [document.problem((), "this should be a list of rules; begin each with `- id: …`")]
    rules: list[tuple[tuple[int], Rule]] = []
    problems: list[Problem] = []
    for index in range(len(value)):
        rule, faults = shaped(RULES[stage], document, (index,))
        problems += faults
        if rule is not None:
            rules.append(((index,), rule))
            problems += _examples(document, (index,), rule)
            if any(len(conditions) > MAX_CONDITIONS for conditions in rule.alternatives):
                message = f"an alternative has more than {MAX_CONDITIONS} comparisons; split the rule"
                problems.append(document.problem((index, "when"), message))
    return rules, problems


def _examples(document: Document, loc: tuple[int], rule: Rule) -> Iterator[Problem]:
    """Examples that leave out a field of the rule, do not behave as they say, or show one side only."""
    needed = {condition.field for conditions in rule.alternatives for condition in conditions}
    all_behave = True
    for number, example in enumerate(rule.examples):
        place = (*loc, "examples", number)
        if missing := sorted(needed - example.given.model_fields_set):
            yield document.problem(place, f"the example does not say {' or '.join(f'`{m}`' for m in missing)}; add it")
        elif rule.applies(example.given) is not example.applies:  # type: ignore[arg-type]
            all_behave = False
            does = "does not apply" if example.applies else "applies"
            yield document.problem(place, f"the rule {does} to this example; correct the example or the rule")
    if all_behave and len({example.applies for example in rule.examples}) < 2:
        message = "show both sides: an example that applies and one that just does not"
        yield document.problem((*loc, "examples"), message)


def _references(document: Document, framework: Framework) -> Iterator[Problem]:
    questions = [question.id for question in framework.core_questions]
    yield from known(document, "source", framework.sources, "*", "source", "document")
    for steps in (("when",), ("when", "*"), ("examples", "*", "given")):
        for test in ((), ("is",), ("one_of", "*")):
            yield from known_characteristics(document, framework, "*", *steps, "characteristic", *test)
            yield from known(document, "core question", questions, "*", *steps, "core_question", *test)


def _repeated_ids(documents: dict[str, Document]) -> Iterator[Problem]:
    """Rule ids used before, in the same file or in another."""
    first: dict[str, Problem] = {}
    for name in RULE_FILES.values():
        if name not in documents:
            continue
        for loc, value in documents[name].select("*", "id"):
            if not isinstance(value, str):
                continue
            if seen := first.get(value):
                message = f"`{value}` is used twice, first at {seen.file}:{seen.line}; give it a name of its own"
                yield documents[name].problem(loc, message)
            first.setdefault(value, documents[name].problem(loc, ""))
