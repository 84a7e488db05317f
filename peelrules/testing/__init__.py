"""Property tests of your own rulebook: random evidence in its words, and what should hold for all of it.

A test file needs ten lines. It finds, among hundreds of bodies of evidence, one that shows a rule the wrong way round:

    import pytest
    import peelrules
    from peelrules import testing

    RULEBOOK = peelrules.load_rulebook("my-rules")

    @pytest.mark.parametrize("holds", testing.PROPERTIES)
    def test_my_rules(holds):
        holds(RULEBOOK)

Each property can be asserted alone: `assert_better_is_never_worse`, `assert_order_does_not_matter`,
`assert_engines_agree`. How many bodies of evidence are tried is a setting of hypothesis (`max_examples`, in a profile),
or the argument `examples`. A property that does not hold is told with the smallest evidence that was found, ready for a
case.

For properties of your own there are what these are made of. Everything is drawn in the words of the rulebook or
framework that is given, and every number drawn often stands exactly on a bound of its rules:

    from hypothesis import given

    @given(testing.evidences(RULEBOOK))
    def test_nobody_is_outstanding_with_a_cause_of_concern(evidence):
        assessment = peelrules.grade(evidence, RULEBOOK)
        for cause in assessment.causes_of_concern:
            assert str(assessment.judgment(cause.core_question).ceiling) != "outstanding"

- Strategies: `evidences`, `findings`, `samples`, `facts`, `counts`, `rules`, `rulebooks`.
- `improvements`: the same evidence, better in one respect.
- `on_the_bound`: for each bound of a rule, facts exactly on it, just below and just above.
- `is_no_worse`: whether one assessment is as good as another, or better.

The pytest plugin runs the cases of a rulebook; `peelrules check` looks at its rules without evidence.
"""

try:
    import hypothesis  # noqa: F401
except ModuleNotFoundError:
    raise ImportError('peelrules.testing needs hypothesis: pip install "peelrules[testing]"') from None

from peelrules.testing.better import IMPROVEMENTS, Better, improvements, is_no_worse
from peelrules.testing.bounds import OnBound, on_the_bound
from peelrules.testing.properties import (
    PROPERTIES,
    assert_better_is_never_worse,
    assert_engines_agree,
    assert_order_does_not_matter,
)
from peelrules.testing.strategies import counts, evidences, facts, findings, rulebooks, rules, samples

__all__ = [
    "IMPROVEMENTS",
    "PROPERTIES",
    "Better",
    "OnBound",
    "assert_better_is_never_worse",
    "assert_engines_agree",
    "assert_order_does_not_matter",
    "counts",
    "evidences",
    "facts",
    "findings",
    "improvements",
    "is_no_worse",
    "on_the_bound",
    "rulebooks",
    "rules",
    "samples",
]
