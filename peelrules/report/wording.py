"""Words and selections that every rendering for people shares."""

from collections import Counter
from collections.abc import Iterator, Sequence

from peelrules.model.agreement import Decided
from peelrules.model.assessment import AreaForImprovement, AssessedFinding, Assessment, CriticalShortfall, Judgment
from peelrules.model.facts import counted
from peelrules.model.framework import Work
from peelrules.model.scales import Grade, Scale, Status

INDICATIVE = (
    "Indicative grades: they follow from the coded evidence by the rules named below, and are not the inspectorate's."
)
GRADES: Sequence[Grade] = sorted(Grade, reverse=True)
"""Best first, as in the table of judgments."""


def capitalised(words: object) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def initials(level: Scale | None) -> str:
    """The first letter of each word of a level, such as RI; a dash for none."""
    return "\N{EN DASH}" if level is None else "".join(word[0] for word in str(level).split()).upper()


def percent(share: float) -> str:
    """A share in whole percent, but never none or all of it where that is not so."""
    if 0 < share < 0.01:
        return "under 1%"
    return "over 99%" if 0.99 < share < 1 else f"{100 * share:.0f}%"


def heading(assessment: Assessment) -> str:
    return assessment.name


def provenance(assessment: Assessment) -> str:
    book = assessment.rulebook
    applied = sum(use.applied > 0 for use in assessment.rules)
    return (
        f"Rulebook {book.id} {book.version} ({book.hash}); {counted(len(assessment.findings), 'finding')}; "
        f"{applied} of {len(assessment.rules)} rules applied.{inferred(assessment)}"
    )


def inferred(assessment: Assessment) -> str:
    """How much of the framework is inferred, as one more sentence; nothing where all of it was read."""
    number, of = sum(each.inferred for each in assessment.characteristics), len(assessment.characteristics)
    if not number:
        return ""
    words = "characteristic is inferred, for it" if number == 1 else "characteristics are inferred, for they"
    return f" {number} of the framework's {of} {words} could not be read where the framework was published."


def columns(assessment: Assessment) -> list[list[str]]:
    """The names of the graded questions under each grade, best grade first."""
    return [[j.name for j in assessment.judgments if j.grade is grade] for grade in GRADES]


def graded(assessment: Assessment) -> list[Judgment]:
    """Judgments with a grade, worst first, then in the framework's order."""
    with_grade = [(j.grade, j) for j in assessment.judgments if j.grade is not None]
    return [j for _, j in sorted(with_grade, key=lambda pair: pair[0].rank)]


def not_graded(assessment: Assessment) -> Iterator[tuple[Judgment, str]]:
    """Each question without a grade, with the reason and what can be said all the same."""
    for j in assessment.judgments:
        if j.not_graded is not None:
            yield j, why_not_graded(j)


def why_not_graded(judgment: Judgment) -> str:
    """The reason for which a question has no grade, and what can be said all the same."""
    ceiling = f"no better than {judgment.ceiling} on this evidence" if judgment.ceiling is not None else ""
    return "; ".join(filter(None, (judgment.not_graded, ceiling, possible(judgment))))


def is_bare(judgment: Judgment) -> bool:
    """Whether a question that is graded here has no evidence at all."""
    return judgment.reporting == "graded" and not judgment.coverage.assessed


def shortage(assessment: Assessment, judgment: Judgment, *, named: bool = True) -> str:
    """The evidence that a question lacks for a grade, if it lacks any: *evidence on 3 more, any of these 6: …*

    Args:
        named: whether they are named here, and not just before.
    """
    lacking = judgment.shortage
    if lacking is None:
        return ""
    if lacking.any and len(lacking.of) == judgment.coverage.of:  # the whole question, which need not be told by names
        return f"evidence on {'all' if lacking.more == len(lacking.of) else f'any {lacking.more}'} of them"
    titles = f": {'; '.join(assessment.characteristic[each].title for each in lacking.of)}" if named else ""
    these = "this" if lacking.more == 1 else f"all {lacking.more} of these"
    if lacking.more < len(lacking.of):
        which = "any of these" if lacking.any else "in some of the ways to choose them from these"
        these = f"{lacking.more} more, {which} {len(lacking.of)}"
    return f"evidence on {these}{titles}"


def reasons(judgment: Judgment | Decided) -> Iterator[str]:
    """Each rule that decides a grade, with the figures that it rests on."""
    for reason in judgment.reasons:
        yield f"{reason.title}: {'; '.join(p.in_words for p in reason.premises)}"


def critical(shortfall: CriticalShortfall) -> str:
    """What a critical shortfall is about, and whether it is a cause of concern."""
    told = "part of a cause of concern" if shortfall.is_cause_of_concern else "by these rules no cause of concern"
    return f"{shortfall.title}: {told}"


def assessed(judgment: Judgment) -> str:
    """How much of the question was assessed."""
    return f"{judgment.coverage.assessed} of {counted(judgment.coverage.of, 'characteristic')} assessed"


def coverage(judgment: Judgment) -> str:
    """How much of the question was assessed, and what the rest could change."""
    return "; ".join(filter(None, (assessed(judgment), possible(judgment))))


def possible(judgment: Judgment) -> str:
    """The grades that what is not assessed could lead to, if that is more than one."""
    if judgment.range is None or judgment.range.worst is judgment.range.best:
        return ""
    worst, best = judgment.range.worst, judgment.range.best
    return f"the rest could make it {worst} to {best}, causes of concern aside"


def in_context(assessment: Assessment, core_question: str) -> str:
    """Where an indicative grade stands among the published grades of others, if anything of them is known."""
    context, grade = assessment.context, assessment.judgment(core_question).grade
    if context is None or grade is None:
        return ""
    among = context.questions[core_question]
    if not among.known:
        return f"no other grade is known in {context.inspection}"
    were = "was" if among.same == 1 else "were"
    return (
        f"of {among.known} other {context.called} known in {context.inspection}, {among.same or 'none'} {were} graded "
        f"{grade}, {among.better or 'none'} better, {among.worse or 'none'} worse"
    )


def known_nationally(assessment: Assessment) -> str:
    """How much is known of the grades of others, if anything is."""
    if (context := assessment.context) is None:
        return ""
    many = f"all {context.bodies}" if context.known == context.bodies else f"{context.known} of the {context.bodies}"
    return f"Grades published in {context.inspection} are known of {many} other {context.called}. {context.note}"


def statuses(assessment: Assessment, core_question: str) -> str:
    """*8 demonstrated, 2 partly demonstrated, 1 not demonstrated*, leaving out what there is none of."""
    counts = Counter(c.status for c in assessment.characteristics if c.core_question == core_question and c.status)
    return ", ".join(f"{counts[status]} {status}" for status in sorted(Status, reverse=True) if counts[status])


def gravest(assessment: Assessment, core_question: str, most: int = 3) -> list[AssessedFinding]:
    """The gravest shortfalls that bear on a question first."""
    ids = {c.characteristic for c in assessment.characteristics if c.core_question == core_question}
    bearing = [f for f in assessment.findings if f.coded.primary in ids and f.gravity.rank > 0]
    return sorted(bearing, key=lambda f: (-f.gravity.rank, f.id))[:most]


def recommended(assessment: Assessment, area: AreaForImprovement) -> list[str]:
    """What was recommended about an area for improvement, gravest finding first."""
    made = (assessment.finding[each].coded.recommendation for each in area.findings)
    return list(dict.fromkeys(words for words in made if words is not None))


def cited(work: Work) -> str:
    """A source, and who published it when."""
    published = f", published {work.published}" if work.published else ""
    return f"{work.title} ({work.publisher}{published})"


def some(ids: Sequence[str], most: int = 6) -> str:
    """The first few of a list, and how many more there are."""
    rest = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + rest
