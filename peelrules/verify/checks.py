"""What is checked, and what came of it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Self

from peelrules.model.base import Frozen
from peelrules.model.problems import Problem


class Severity(Enum):
    """A fault must be put right; a warning should be looked at."""

    FAULT = "fault"
    WARNING = "warning"


class Check(Frozen):
    """One kind of thing that is looked for."""

    code: str
    """Stable: it never comes to mean something else."""
    severity: Severity
    title: str
    meaning: str
    example: str
    remedy: str = ""
    """What to do about it; the faults of a document's shape each have their own."""


class Remark(Frozen):
    """One place at which a check found something."""

    code: str
    severity: Severity
    file: str
    line: int
    """Counted from 1; 0 when it is about the file itself."""
    column: int
    where: str = ""
    """Where it stands in the words of its format, where these are not line and column."""
    message: str
    remedy: str

    @classmethod
    def at(cls, code: str, problem: Problem) -> Self:
        """What a check found, at the place and in the words of a problem."""
        check = CHECKS[code]
        return cls(code=code, severity=check.severity, **problem._asdict(), remedy=check.remedy)

    @property
    def words(self) -> str:
        """The message and its remedy."""
        return "; ".join(filter(None, (self.message, self.remedy)))

    @property
    def problem(self) -> Problem:
        return Problem(self.file, self.line, self.column, f"{self.code} {self.words}", self.where)


class Inferred(Frozen):
    """How many characteristics of a framework could not be read where they were published."""

    framework: str
    characteristics: int
    of: int


class Report(Frozen):
    """What the checks found, in the order of places."""

    looked_at: tuple[str, ...]
    """Folders of rulebooks and files of evidence."""
    remarks: tuple[Remark, ...]
    inferred: tuple[Inferred, ...] = ()
    """Of each framework looked at in which there are any."""

    @classmethod
    def of(cls, looked_at: Iterable[str], remarks: Iterable[Remark], inferred: Iterable[Inferred] = ()) -> Self:
        in_order = tuple(sorted(remarks, key=lambda remark: remark.problem))
        return cls(looked_at=tuple(looked_at), remarks=in_order, inferred=tuple(inferred))

    def of_severity(self, severity: Severity) -> tuple[Remark, ...]:
        return tuple(remark for remark in self.remarks if remark.severity is severity)

    @property
    def faults(self) -> tuple[Remark, ...]:
        return self.of_severity(Severity.FAULT)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        return self.of_severity(Severity.WARNING)


_ALL = (
    Check(
        code="PR001",
        severity=Severity.FAULT,
        title="The document cannot be used as it is",
        meaning="A word, a number, a name or the shape of the file is not what peelrules reads. Every command refuses "
        "such a document; each message has its own remedy.",
        example="state: opne",
    ),
    Check(
        code="PR101",
        severity=Severity.FAULT,
        title="A rule looks in the direction in which things get better",
        meaning="Rules bound outcomes for the worse, so each comparison must hold for everything worse than what it "
        "holds for: at_least or above on a field that grows worse when higher, at_most or below on one that grows "
        "worse when lower, and `is` or `one_of` only where they name the harmful end. Then, and only then, better "
        "evidence can never lower a grade. The message names two facts that show the rule applying to the better one "
        "alone.",
        example="when: {gravity: {at_most: moderate}}\nthen: {status: {at_most: not demonstrated}}",
        remedy="turn the comparison round, or leave it out",
    ),
    Check(
        code="PR102",
        severity=Severity.FAULT,
        title="A rule, or one of its alternatives, can never apply",
        meaning="The comparisons of one field exclude each other, so nothing satisfies them together.",
        example="when: {failing: {above: 0.5, below: 0.2}}",
        remedy="correct the bounds, or remove it",
    ),
    Check(
        code="PR103",
        severity=Severity.WARNING,
        title="A rule never matters",
        meaning="Whenever the rule applies another one does too, and concludes at least as much; or it concludes only "
        "what is so without any rule. Without it every outcome would be the same.",
        example="- {when: {failing: {above: 0.3}}, then: {extent: {at_least: some}}}\n"
        "- {when: {failing: {above: 0.1}}, then: {extent: {at_least: some}}}",
        remedy="remove it, or correct what it reads or concludes",
    ),
    Check(
        code="PR104",
        severity=Severity.WARNING,
        title="An outcome cannot be reached",
        meaning="No rule that matters concludes this level, and it is not where the scale begins; or no rule raises "
        "this flag. No evidence whatever leads there.",
        example="Every rule says `grade: {at_most: adequate}` or less, and none `at_most: good`.",
        remedy="add a rule that concludes it, unless that is meant",
    ),
    Check(
        code="PR105",
        severity=Severity.WARNING,
        title="No example stands exactly on a bound",
        meaning="Whether a count or share exactly on the bound belongs to the rule or to its neighbour is where rules "
        "are most often wrong by one. An example on the bound settles it.",
        example="when: {failing: {above: 0.2}}\nexamples:\n  - {given: {failing: 0.19}, applies: false}\n"
        "  - {given: {failing: 0.21}, applies: true}",
        remedy="add an example on the bound",
    ),
    Check(
        code="PR106",
        severity=Severity.WARNING,
        title="The basis of a rule is thin",
        meaning="Whoever is shown a grade asks why the rule says what it says. A few words seldom tell what in it is "
        "the inspectorate's and what is ours.",
        example="basis: This is our own bound.",
        remedy="say what the rule rests on, and which part of it is ours",
    ),
    Check(
        code="PR107",
        severity=Severity.WARNING,
        title="No rule reads a count",
        meaning="What is counted is read by rules, or by a count of core questions that rules read. This count is read "
        "by neither, so it changes no outcome.",
        example="- id: shortfalls\n  title: shortfalls\n  count: findings\n  where: {direction: shortfall}",
        remedy="remove it, or add the rule for which it is meant",
    ),
    Check(
        code="PR108",
        severity=Severity.FAULT,
        title="Showing what nothing was known of makes a question look worse",
        meaning="A characteristic of which nothing was known is shown by one strength, and a count of its core "
        "question becomes worse. So a force could lose by what was found to be good. The message names the "
        "characteristic and what the count was before and is after.",
        example="- id: thinly_shown\n  title: characteristics with fewer than two strengths\n"
        "  share: characteristics\n  where: {strengths: {below: 2}}\n  of: {assessed: true}",
        remedy="count only what one strength does not bring about",
    ),
    Check(
        code="PR201",
        severity=Severity.WARNING,
        title="A shortfall is coded as serious but isolated",
        meaning="Both may be right. Often, though, a grave case is coded as isolated because only one was told of.",
        example="seriousness: serious\nextent: isolated",
        remedy="look again at both in the source",
    ),
    Check(
        code="PR202",
        severity=Severity.WARNING,
        title="A shortfall is coded as minor but widespread",
        meaning="Both may be right. Often, though, what is seen nearly everywhere is below the standard, which is "
        "moderate.",
        example="seriousness: minor\nextent: widespread",
        remedy="look again at both in the source",
    ),
    Check(
        code="PR203",
        severity=Severity.WARNING,
        title="The same sample is counted twice",
        meaning="Two findings give the same figures for the same characteristic. If they tell of one sample in two "
        "places of the source, that is one line of evidence and not two.",
        example="- {id: A-1, bears_on: [victims.updates], sample: {met: 21, of: 35}, …}\n"
        "- {id: A-2, bears_on: [victims.updates], sample: {met: 21, of: 35}, …}",
        remedy="remove one if it is the same sample",
    ),
    Check(
        code="PR204",
        severity=Severity.WARNING,
        title="Characteristics of a graded question have no evidence",
        meaning="What nothing speaks of is not assessed. The grade is then said of the rest alone, and below a certain "
        "coverage there is none.",
        example="No finding bears on `responding.call-answering`.",
        remedy="look for it in the source; leave it if the source is silent",
    ),
    Check(
        code="PR205",
        severity=Severity.WARNING,
        title="A finding does not say in which paragraph it stands",
        meaning="A grade can be followed back only as far as its findings can be found in the source. Several findings "
        "are told in one warning, at the first.",
        example="source: {document: report, section: Responding to the public}",
        remedy="add `paragraph`",
    ),
    Check(
        code="PR206",
        severity=Severity.WARNING,
        title="A finding stands for many characteristics",
        meaning="One finding is one matter and bears on one characteristic; further ones are named only where the text "
        "clearly says so. No finding coded so far needed more than three. A strength that is all the evidence of two "
        "characteristics or more counts in full for each of them, and makes the question look better covered than "
        "it is.",
        example="bears_on: [offenders.bail, offenders.orders, offenders.supervision, vulnerable.staff]",
        remedy="name only what the text is about, or split the finding",
    ),
    Check(
        code="PR207",
        severity=Severity.WARNING,
        title="The inspection is of another cycle than the framework",
        meaning="Each cycle of inspections has characteristics of its own. Evidence can be graded by those of another, "
        "and every output then says so first.",
        example="framework: peel-2021-22\ninspection: PEEL 2023-25",
        remedy="use the rulebook of that cycle, or correct the name",
    ),
)

CHECKS: Mapping[str, Check] = {check.code: check for check in _ALL}
"""Every check by code."""
