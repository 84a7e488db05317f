"""A rulebook tried: on its cases, rule by rule, and with its rules and counts changed a little."""

from collections.abc import Sequence

from peelrules.engine.grading import grade
from peelrules.model.base import Frozen
from peelrules.model.cases import Case
from peelrules.model.evidence import Evidence
from peelrules.model.noise import Noise
from peelrules.model.rulebook import Identity, Rulebook
from peelrules.verify.cases import Tried, assessed, try_case
from peelrules.verify.coverage import RuleCoverage, covered
from peelrules.verify.mutants import Mutant, try_mutants


class Trial(Frozen):
    """What came of a trial. That the examples behave is certain: a rulebook is not loaded otherwise."""

    rulebook: Identity
    examples: int
    cases: tuple[Tried, ...]
    coverage: tuple[RuleCoverage, ...]
    evidence: int
    """Evidence files looked at besides the cases."""
    mutants: tuple[Mutant, ...] | None
    """None: not asked for."""
    noise: Noise | None = None
    """Likewise; `peelrules.noise` finds it."""

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        return tuple(mutant for mutant in self.mutants or () if mutant.noticed_by is None)

    @property
    def has_faults(self) -> bool:
        return bool(self.survivors) or any(tried.verdict.is_fault for tried in self.cases)


def test(  # no test of ours: it is named as the command is
    rulebook: Rulebook,
    cases: Sequence[Case],
    evidence: Sequence[Evidence] = (),  # noqa: PT028
    *,
    mutate: bool = False,  # noqa: PT028
) -> Trial:
    """Try a rulebook.

    Args:
        evidence: looked at for which rules apply to it; nothing is wanted of it.
        mutate: whether to change rules and counts as well.
    """
    results = [assessed(case, rulebook) for case in cases]
    graded = [result for result in results if result is not None]
    return Trial(
        rulebook=rulebook.identity,
        examples=sum(len(rule.examples) for rule in rulebook.rules),
        cases=tuple(map(try_case, cases, results)),
        coverage=tuple(covered(rulebook, graded, [grade(each, rulebook) for each in evidence])),
        evidence=len(evidence),
        mutants=tuple(try_mutants(rulebook, cases)) if mutate else None,
    )
