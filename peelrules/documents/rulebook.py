"""Rulebooks from folders of YAML: a framework, and one file of rules for each stage."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from peelrules.documents.folder import Folder, entries_of, is_meant_to_be_read
from peelrules.documents.limits import RULES as MAX_RULES
from peelrules.documents.references import known, known_characteristics, unique
from peelrules.documents.several import attempted
from peelrules.documents.shape import shaped
from peelrules.documents.yaml import Document, Loc
from peelrules.model.facts import Stage
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, Comparator, Conclusion, Rule, conclusions_of
from peelrules.model.scales import Status

BUNDLED = "peel-2021-22"
FRAMEWORK_FILE = "framework.yaml"
RULE_FILES = {
    Stage.SAMPLE: "samples.yaml",
    Stage.FINDING: "findings.yaml",
    Stage.CHARACTERISTIC: "characteristics.yaml",
    Stage.CORE_QUESTION: "core-questions.yaml",
}
FILES = (FRAMEWORK_FILE, *RULE_FILES.values())

MAX_CONDITIONS = 16  # durable_rules takes no more in one alternative, and says so only when a fact arrives

# Alternatives of a rule, and of all rules of a file, with every level or name of a `one_of` as one of its own: so
# durable_rules is told them, and each takes some 25 kB there.
MAX_ALTERNATIVES = 500
MAX_ALTERNATIVES_OF_A_FILE = 10_000
MAX_EXAMPLES = 100  # of one rule; each is tried on every alternative whenever the rulebook is loaded

OPTIONAL = frozenset({"innovative_practice"})
"""Shown beside the grades, and bounds none: a rulebook may leave it. Any other outcome without a rule would always be
the best there is, or, without the flag for too little evidence, grades would follow from next to none."""


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
    return load_with_places(folder)[0]


def load_with_places(folder: str | Path | None = None) -> "tuple[Rulebook, Places]":
    """As `load_rulebook`, with where everything in the rules stands.

    Raises:
        DocumentError: with every fault of every file.
    """
    is_ours = folder is None
    folder = Path(folder) if folder is not None else bundled_rulebook()
    root = Folder(folder, may_lead_out=is_ours)  # some installers put links in the place of files
    problems = _stray_files(folder)
    read, unread = attempted(partial(_named, root, name) for name in FILES)
    documents = dict(read)
    problems += [*unread, *(fault for document in documents.values() for fault in document.faults)]
    framework: Framework | None = None
    rules: list[Rule] = []
    places: dict[str, str] = {}
    called = Path(os.path.abspath(folder)).name  # noqa: PTH100  `.` has no name, and a link keeps its own
    if document := documents.get(FRAMEWORK_FILE):
        framework, faults = _framework(document)
        problems += faults
    for stage, name in RULE_FILES.items():
        if document := documents.get(name):
            found, faults = _rules(document, stage)
            rules += [rule for _, rule in found]
            places |= {rule.id: f"{called}/{name}:{document.problem(loc, '').line}" for loc, rule in found}
            problems += faults
            if framework is not None:
                problems += _references(document, framework)
    problems += _repeated_ids(documents)
    if framework is None or problems:
        raise DocumentError(problems)
    order = list(Stage)
    rulebook = Rulebook(
        framework=framework,
        rules=tuple(sorted(rules, key=lambda rule: (order.index(rule.stage), rule.id))),
        places=places,
    )
    return rulebook, Places(documents)


class Places:
    """Where the rules of a rulebook stand, for problems that are found after it was loaded."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = {stage: documents[name] for stage, name in RULE_FILES.items()}
        self._rules = {
            (stage, rule): steps[:1]
            for stage, document in self._documents.items()
            for steps, rule in document.select("*", "id")
        }

    def problem(self, stage: Stage, rule: str | None, loc: Loc, message: str) -> Problem:
        """A problem at a part of a rule; with no rule, at the beginning of the stage's file."""
        return self._documents[stage].problem((*self._rules.get((stage, rule), ()), *loc), message, at_key=True)


def _named(root: Folder, name: str) -> tuple[str, Document]:
    return name, root.read(root.path / name)


def _stray_files(folder: Path) -> list[Problem]:
    message = f"this file would not be read; the files of a rulebook are {', '.join(sorted(FILES))}"
    entries, problems = entries_of(folder)
    strays = [entry for entry in entries if is_meant_to_be_read(entry.name) and entry.name not in FILES]
    return [*problems, *(Problem(entry.path, 0, 0, message) for entry in strays)]


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
    elif framework is not None:
        problems += _falling_credit(document, framework)
    return framework, problems


def _falling_credit(document: Document, framework: Framework) -> Iterator[Problem]:
    """Credit by which a better status would be worth less, so that better evidence could lower a grade."""
    for worse, better in pairwise(Status):
        if framework.credit[better] < framework.credit[worse]:
            message = f"{better} is worth less than {worse}; a better status is worth as much or more"
            yield document.problem(("credit", str(better)), message)


def _rules(document: Document, stage: Stage) -> tuple[list[tuple[tuple[int], Rule]], list[Problem]]:
    value: Any = document.value if document.value is not None else []
    if not isinstance(value, list):
        return [], [document.problem((), "this should be a list of rules; begin each with `- id: …`")]
    if len(value) > MAX_RULES.most:
        return [], [document.problem((MAX_RULES.most,), MAX_RULES.exceeded)]
    rules: list[tuple[tuple[int], Rule]] = []
    problems: list[Problem] = []
    for index in range(len(value)):
        rule, faults = shaped(RULES[stage], document, (index,))
        problems += faults
        if rule is not None and len(rule.examples) > MAX_EXAMPLES:
            message = f"the rule has more than {MAX_EXAMPLES} examples; keep those that stand near a bound"
            problems.append(document.problem((index, "examples", MAX_EXAMPLES), message))
        elif rule is not None:
            rules.append(((index,), rule))
            problems += _examples(document, (index,), rule)
            problems += _named_twice(document, (index,), rule)
            if any(len(conditions) > MAX_CONDITIONS for conditions in rule.alternatives):
                message = f"an alternative has more than {MAX_CONDITIONS} comparisons; split the rule"
                problems.append(document.problem((index, "when"), message))
    problems += _too_many_alternatives(document, rules)
    if len(rules) == len(value):  # of a faulty rule nobody knows what it concludes
        problems += _unbounded(document, stage, [rule.conclusion for _, rule in rules])
    return rules, problems


def _named_twice(document: Document, loc: tuple[int], rule: Rule) -> Iterator[Problem]:
    """Levels and names that stand twice in a `one_of`."""
    for number, conditions in enumerate(rule.alternatives):
        for field, comparator, bound in conditions:
            if comparator is Comparator.ONE_OF:
                seen = set()
                for at, level in enumerate(bound):
                    if level in seen:
                        place = (*loc, "when", number, field, "one_of", at)
                        yield document.problem(place, f"`{level}` is named twice; name it once")
                    seen.add(level)


def _too_many_alternatives(document: Document, rules: Sequence[tuple[tuple[int], Rule]]) -> Iterator[Problem]:
    total = 0
    for loc, rule in rules:
        number = sum(
            prod(len(c.bound) for c in conditions if c.comparator is Comparator.ONE_OF)
            for conditions in rule.alternatives
        )
        if number > MAX_ALTERNATIVES:
            message = f"each of a `one_of` with each of the others makes {number:,} alternatives"
            yield document.problem((*loc, "when"), f"{message}; {MAX_ALTERNATIVES} are the most, so split the rule")
        elif total <= MAX_ALTERNATIVES_OF_A_FILE < total + number:
            message = f"the rules have more than {MAX_ALTERNATIVES_OF_A_FILE:,} alternatives from here on"
            yield document.problem((*loc, "when"), f"{message}, counting each of a `one_of`; use fewer")
        total += number


def _unbounded(document: Document, stage: Stage, concluded: Sequence[Conclusion]) -> Iterator[Problem]:
    """Outcomes of a stage that no rule says anything of: they would always be where their scale begins."""
    said = {conclusion.outcome for conclusion in concluded if not conclusion.says_nothing}
    for outcome, bound, level in conclusions_of(stage):
        if outcome in said or outcome in OPTIONAL:
            continue
        if bound == "raises":
            remedy = f"one characteristic would be enough for a grade; add a rule with `raises: {outcome}`"
            yield document.problem((), f"no rule raises `{outcome}`, so {remedy}")
        elif Conclusion(outcome, bound, level).says_nothing:
            remedy = f"it would always be {level}; add a rule with `{outcome}: {{{bound}: …}}`"
            yield document.problem((), f"no rule bounds `{outcome}`, so {remedy}")


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
