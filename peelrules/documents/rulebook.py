"""Rulebooks from folders of YAML: a framework, what is counted, and one file of rules for each stage."""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any

from peelrules.documents.bundled import bundled_folder, bundled_rulebooks
from peelrules.documents.extension import WrittenFramework
from peelrules.documents.folder import Folder
from peelrules.documents.layout import COUNTS_FILE, FRAMEWORK_FILE, RULE_FILES, layout
from peelrules.documents.limits import RULES as MAX_RULES
from peelrules.documents.names import known_characteristics
from peelrules.documents.places import Loc
from peelrules.documents.references import known, known_keys, unique
from peelrules.documents.shape import or_did_you_mean, shaped
from peelrules.documents.told import quoted
from peelrules.documents.written import written_count, written_rule
from peelrules.documents.yaml import Document
from peelrules.model.conditions import Conditions
from peelrules.model.counts import RESERVED, Count, Kind, read_of_members
from peelrules.model.directions import Swing, counts_nothing, harm_of
from peelrules.model.facts import OF_A_FINDING, OF_A_SAMPLE, SUBJECT, Fields, Harm, Stage
from peelrules.model.framework import GRADED, Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook, fields_of
from peelrules.model.rules import OUTCOMES, PRAISE, Conclusion, Rule
from peelrules.model.scales import Status

MAX_CONDITIONS = 16  # durable_rules takes no more in one alternative, and says so only when a fact arrives

# Alternatives of a rule, and of all rules of a file, with every level or name of a `one_of` as one of its own: so
# durable_rules is told them, and each takes some 25 kB there.
MAX_ALTERNATIVES = 500
MAX_ALTERNATIVES_OF_A_FILE = 10_000
MAX_EXAMPLES = 100  # of one rule; each is tried on every alternative whenever the rulebook is loaded

MAX_COUNTS = 100  # of a stage; every fact has a value for each
MAX_ASKED = 8  # of one count; which way it grows worse is tried on each beside each of the others


def load_rulebook(folder: str | Path | None = None) -> Rulebook:
    """Read a rulebook from a folder, or one that comes with peelrules.

    Args:
        folder: the folder, or the id of a bundled rulebook; left out, peel-2021-22. If a folder has the name of a
            bundled rulebook, it is the folder.

    Raises:
        DocumentError: with every fault of every file.
    """
    return load_with_places(folder)[0]


def load_with_places(folder: str | Path | None = None) -> "tuple[Rulebook, Places]":
    """As `load_rulebook`, with where everything in the rules stands.

    Raises:
        DocumentError: with every fault of every file.
    """
    return read_rulebook(folder_of(folder))


def folder_of(rulebook: str | Path | None) -> Folder:
    """The folder of a rulebook that is named as `load_rulebook` takes it.

    Raises:
        DocumentError: there is no such folder.
    """
    ours = bundled_folder(rulebook)
    if ours is None and not os.path.lexists(named := str(rulebook)):
        problem = f"there is no such folder{or_did_you_mean(named, bundled_rulebooks())}"
        raise DocumentError([Problem(named, 0, 0, problem)])
    # some installers put links in the place of files
    return Folder(ours or Path(rulebook or ""), may_lead_out=ours is not None)


def read_rulebook(root: Folder) -> "tuple[Rulebook, Places]":
    """The rulebook in a folder, with where everything in the rules stands.

    Raises:
        DocumentError: with every fault of every file.
    """
    documents, read_problems, folders, extends = layout(root)
    problems: list[Problem] = []
    framework: Framework | None = None
    counts: list[Count] = []
    rules: list[Rule] = []
    places: dict[str, str] = {}
    if document := documents.get(FRAMEWORK_FILE):
        framework, faults = _framework(document)
        problems += faults
    fields: Mapping[Stage, Fields] = {Stage.SAMPLE: OF_A_SAMPLE, Stage.FINDING: OF_A_FINDING}
    if framework is not None and _can_be_counted(framework) and (document := documents.get(COUNTS_FILE)):
        counts, faults = _counts(document, framework)
        problems += faults
        fields = fields if faults else fields_of(framework, tuple(counts))
    for stage, name in RULE_FILES.items():
        if not (document := documents.get(name)):
            continue
        if stage in fields:  # what rules may read is not known before it is known what is counted
            found, faults = _rules(document, stage, fields[stage])
            rules += [rule for _, rule in found]
            places |= {rule.id: _place(document, loc) for loc, rule in found}
            problems += faults
        if framework is not None:
            problems += _references(document, framework)
    problems += _repeated_ids(documents)
    if framework is None or problems or read_problems:
        raise DocumentError([*read_problems, *(_told_where_extended(problem, folders) for problem in problems)])
    order = list(Stage)
    rulebook = Rulebook(
        framework=framework,
        counts=tuple(counts),
        rules=tuple(sorted(rules, key=lambda rule: (order.index(rule.stage), rule.id))),
        places=places,
        characteristic_places=dict(_characteristic_places(documents[FRAMEWORK_FILE])),
        extends=tuple(extends),
    )
    return rulebook, Places(documents)


class Places:
    """Where the rules and counts of a rulebook stand, for problems that are found after it was loaded."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._counts = documents[COUNTS_FILE]
        self._documents = {stage: documents[name] for stage, name in RULE_FILES.items()}
        self._rules = {
            (stage, rule): steps[:1]
            for stage, document in self._documents.items()
            for steps, rule in document.select("*", "id")
        }

    def problem(self, stage: Stage, rule: str | None, loc: Loc, message: str) -> Problem:
        """A problem at a part of a rule; with no rule, at the beginning of the stage's file."""
        return self._documents[stage].problem((*self._rules.get((stage, rule), ()), *loc), message, at_key=True)

    def problem_of_count(self, count: Count, message: str) -> Problem:
        """A problem at a count."""
        at = next(loc for loc, name in self._counts.select(count.stage.value, "*", "id") if name == count.id)
        return self._counts.problem(at, message)


def _place(document: Document, loc: Loc) -> str:
    """Where a part of a rulebook stands, for people: the folder's name, the file's and the line."""
    at = document.problem(loc, "")
    folder, file = os.path.split(os.path.abspath(at.file))  # noqa: PTH100  `.` has no name, and a link keeps its own
    return f"{Path(folder).name}/{file}:{at.line}"


def _characteristic_places(document: Document) -> Iterator[tuple[str, str]]:
    for loc, name in document.select("core_questions", "*", "topics", "*", "characteristics", "*", "id"):
        yield name, _place(document, (*loc[:-1], "title"))  # a bare id stands elsewhere than what it stands for


def _told_where_extended(problem: Problem, folders: Sequence[Folder]) -> Problem:
    """A problem, with a remedy for whoever extends the file in which it lies."""
    own, *extended = folders
    if Path(problem.file).parent not in [folder.path for folder in extended]:
        return problem
    remedy = f"; {own.path} extends this, and may replace or remove it, or keep what it names"
    return problem._replace(message=problem.message + remedy)


def _framework(document: Document) -> tuple[Framework | None, list[Problem]]:
    if not isinstance(document.value, dict):
        return None, [document.problem((), "this is not a framework; begin with `id: …` and `title: …`")]
    written, problems = shaped(WrittenFramework, document)
    framework = written.framework if written is not None else None
    characteristic = ("core_questions", "*", "topics", "*", "characteristics", "*")
    works = [loc[-1] for loc, _ in document.select("sources", "*")]
    problems += [
        *unique(document, "core_questions", "*", "id"),
        *unique(document, *characteristic, "id"),
        *known(document, "source", works, *characteristic, "source", "document"),
        *known(document, "way of reporting", _reported(document), "core_questions", "*", "reporting"),
    ]
    if framework is not None and (missing := [str(status) for status in Status if status not in framework.credit]):
        problems.append(document.problem(("credit",), f"there is no credit for {', '.join(missing)}; add it"))
    elif framework is not None:
        problems += _falling_credit(document, framework)
    return framework, problems


def _reported(document: Document) -> list[int | str]:
    """How core questions may be reported."""
    return [GRADED, *(loc[-1] for loc, _ in document.select("wording", "not_graded", "*"))]


def _can_be_counted(framework: Framework) -> bool:
    """Whether its credit is such that it can be asked which way a count grows worse."""
    credit = [framework.credit.get(status) for status in Status]
    return None not in credit and credit == sorted(credit)  # type: ignore[type-var]


def _falling_credit(document: Document, framework: Framework) -> Iterator[Problem]:
    """Credit by which a better status would be worth less, so that better evidence could lower a grade."""
    for worse, better in pairwise(Status):
        if framework.credit[better] < framework.credit[worse]:
            message = f"{better} is worth less than {worse}; a better status is worth as much or more"
            yield document.problem(("credit", str(better)), message)


def _counts(document: Document, framework: Framework) -> tuple[list[Count], list[Problem]]:
    """What is counted: of characteristics first, for what is counted of a core question may read it."""
    if not isinstance(document.value, dict):
        keys = " and ".join(f"`{stage.value}: …`" for stage in SUBJECT)
        return [], [document.problem((), f"this should be what is counted; write {keys}")]
    problems = list(known_keys(document, "stage", [stage.value for stage in SUBJECT]))
    counts: list[Count] = []
    for stage in SUBJECT:
        if not problems:
            found, faults = _counts_of(document, stage, framework, counts)
            counts += found
            problems += faults
    return counts, problems


def _counts_of(
    document: Document, stage: Stage, framework: Framework, counts: Sequence[Count]
) -> tuple[list[Count], list[Problem]]:
    value: Any = document.value.get(stage.value) or []
    if not isinstance(value, list):
        return [], [document.problem((stage.value,), "this should be a list of counts; begin each with `- id: …`")]
    if len(value) > MAX_COUNTS:
        message = f"there are more than {MAX_COUNTS} counts; keep those that rules read"
        return [], [document.problem((stage.value, MAX_COUNTS), message)]
    read = read_of_members(stage, fields_of(framework, tuple(counts))[Stage.CHARACTERISTIC])
    found: list[Count] = []
    unknown = list(_names_in_counts(document, stage, framework))
    problems = [*unique(document, stage.value, "*", "id"), *unknown]
    for index in range(len(value)):
        loc = (stage.value, index)
        written, faults = shaped(written_count(stage, read), document, loc)
        problems += faults
        if written is not None:
            count = written.counted(_place(document, loc))
            faults = list(_too_much(document, loc, count))
            if not faults and not unknown:
                faults = list(_unsound(document, loc, count, read, framework))
            problems += faults
            found += [] if faults else [count]
    return found, problems


def _names_in_counts(document: Document, stage: Stage, framework: Framework) -> Iterator[Problem]:
    for asked in ("where", "of"):
        for test in ((), ("is",), ("one_of", "*")):
            yield from known_characteristics(document, framework, stage.value, "*", asked, "characteristic", *test)
            yield from known(document, "strand", framework.strands, stage.value, "*", asked, "strand", *test)


def _too_much(document: Document, loc: Loc, count: Count) -> Iterator[Problem]:
    """What is asked for twice, or more than can be looked into."""
    for name in ("where", "of"):
        yield from _repeated(document, (*loc, name), getattr(count, name))
    if len((*count.where, *count.of)) > MAX_ASKED:
        yield document.problem(loc, f"a count makes {MAX_ASKED} comparisons at the most; use fewer")


def _unsound(document: Document, loc: Loc, count: Count, read: Fields, framework: Framework) -> Iterator[Problem]:
    """What is wrong with a count though it is written as it should be."""
    if count.id in RESERVED[count.stage]:
        yield document.problem((*loc, "id"), f"`{count.id}` has a meaning of its own here; give it another name")
    elif excluded := counts_nothing(count, read):
        message = f"nothing is ever counted: no value of {' or '.join(excluded)} satisfies all that is asked of it"
        yield document.problem(loc, f"{message}; correct it")
    elif isinstance(harm := harm_of(count, read, framework.exact_credit), Swing):
        message = f"better evidence could move this count either way: {harm.raised}; but {harm.lowered}"
        whole = ", and in `of` for no level and no count" if count.kind is Kind.SHARE else ""
        remedy = f"ask only for what is worse, or only for what is better{whole}"
        yield document.problem((*loc, "id"), f"{message}; {remedy}")
    elif harm is Harm.NEITHER and count.stage is Stage.CHARACTERISTIC:
        yield document.problem((*loc, "id"), "evidence cannot move this count; ask for something that is found")


def _rules(document: Document, stage: Stage, fields: Fields) -> tuple[list[tuple[tuple[int], Rule]], list[Problem]]:
    value: Any = document.value if document.value is not None else []
    if not isinstance(value, list):
        return [], [document.problem((), "this should be a list of rules; begin each with `- id: …`")]
    if len(value) > MAX_RULES.most:
        return [], [document.problem((MAX_RULES.most,), MAX_RULES.exceeded)]
    rules: list[tuple[tuple[int], Rule]] = []
    problems: list[Problem] = []
    for index in range(len(value)):
        written, faults = shaped(written_rule(stage, fields), document, (index,))
        problems += faults
        if written is None:
            continue
        if len(written.examples) > MAX_EXAMPLES:
            message = f"the rule has more than {MAX_EXAMPLES} examples; keep those that stand near a bound"
            problems.append(document.problem((index, "examples", MAX_EXAMPLES), message))
            continue
        rule = written.rule
        rules.append(((index,), rule))
        problems += _examples(document, (index,), rule)
        for number, conditions in enumerate(rule.alternatives):
            problems += _repeated(document, (index, "when", number), conditions)
        if any(len(conditions) > MAX_CONDITIONS for conditions in rule.alternatives):
            message = f"an alternative has more than {MAX_CONDITIONS} comparisons; split the rule"
            problems.append(document.problem((index, "when"), message))
    problems += _too_many_alternatives(document, rules)
    if len(rules) == len(value):  # of a faulty rule nobody knows what it concludes
        problems += _unbounded(document, stage, [rule.conclusion for _, rule in rules])
    return rules, problems


def _repeated(document: Document, loc: Loc, conditions: Conditions) -> Iterator[Problem]:
    """Levels and names that stand twice among several."""
    for condition in conditions:
        seen = set()
        for at, level in enumerate(condition.bounds):
            if level in seen:
                place = (*loc, condition.field, condition.comparator.word, at)
                yield document.problem(place, f"`{quoted(level)}` is named twice; name it once")
            seen.add(level)


def _too_many_alternatives(document: Document, rules: Sequence[tuple[tuple[int], Rule]]) -> Iterator[Problem]:
    total = 0
    for loc, rule in rules:
        number = sum(prod(len(c.bounds) for c in conditions) for conditions in rule.alternatives)
        if number > MAX_ALTERNATIVES:
            message = f"each of a `one_of` with each of the others makes {number:,} alternatives"
            yield document.problem((*loc, "when"), f"{message}; {MAX_ALTERNATIVES} are the most, so split the rule")
        elif total <= MAX_ALTERNATIVES_OF_A_FILE < total + number:
            message = f"the rules have more than {MAX_ALTERNATIVES_OF_A_FILE:,} alternatives from here on"
            yield document.problem((*loc, "when"), f"{message}, counting each of a `one_of`; use fewer")
        total += number


_NEVER_RAISED = {
    "cause_of_concern": "there would never be one",
    "not_enough_evidence": "one characteristic would be enough for a grade",
}


def _unbounded(document: Document, stage: Stage, concluded: Sequence[Conclusion]) -> Iterator[Problem]:
    """Outcomes of a stage that no rule says anything of: they would always be where their scale begins."""
    said = {conclusion.outcome for conclusion in concluded if not conclusion.says_nothing}
    for outcome in OUTCOMES[stage]:
        if outcome.name in said or outcome.name in PRAISE:
            continue
        if outcome.scale is None:
            remedy = f"so {_NEVER_RAISED[outcome.name]}; add a rule with `raises: {outcome.name}`"
            yield document.problem((), f"no rule raises `{outcome.name}`, {remedy}")
        else:
            limit = "at_least" if outcome.limit == "floor" else "at_most"
            remedy = f"it would always be {outcome.rest(())}; add a rule with `{outcome.name}: {{{limit}: …}}`"
            yield document.problem((), f"no rule bounds `{outcome.name}`, so {remedy}")


def _examples(document: Document, loc: tuple[int], rule: Rule) -> Iterator[Problem]:
    """Examples that leave out a field of the rule, do not behave as they say, or show one side only."""
    needed = {condition.field for conditions in rule.alternatives for condition in conditions}
    all_behave = True
    for number, example in enumerate(rule.examples):
        place = (*loc, "examples", number)
        if missing := sorted(needed - example.given.keys()):
            yield document.problem(place, f"the example does not say {' or '.join(f'`{m}`' for m in missing)}; add it")
        elif rule.applies(example.given) is not example.applies:
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


def _repeated_ids(documents: Mapping[str, Document]) -> Iterator[Problem]:
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
