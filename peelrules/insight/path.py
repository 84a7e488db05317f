"""What would have to change for a question to reach a grade: the smallest sets of changes.

Changes that are tried: a shortfall is remedied or seen to be improving, an audited sample reaches a
better count, a characteristic without a strength is shown to have one, and, where nothing less
helps, exceptional evidence is shown. Better evidence never lowers an outcome; that makes the search
exact. Each answer is checked by grading the changed evidence.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from peelrules.documents.rulebook import load_rulebook
from peelrules.engine.grading import grade
from peelrules.engine.matching import plain
from peelrules.engine.profiles import Reading, Standing, characteristic_profile
from peelrules.engine.stages import StageRun, characterise, judge, read, standing_of, weigh
from peelrules.insight.changes import Change, Set, Show, changed, shown
from peelrules.insight.minimal import minimal_sets
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Stage
from peelrules.model.problems import EngineError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Grade, Gravity, State, Status
from peelrules.verify.rulebook import is_monotone

ENOUGH = 300
"""Sets of the smallest size that are compared by effort; there can be thousands that are alike."""
PATIENCE = 400_000
"""Combinations tried before the search gives up on the smallest set."""


class Alternative(Frozen):
    """One smallest set of changes: without any one of them the grade would not be reached."""

    changes: tuple[Change, ...]
    reaches: Grade


class Path(Frozen):
    """The ways from a question's present grade to the one wanted."""

    core_question: str
    name: str
    now: Grade | None
    wanted: Grade
    alternatives: tuple[Alternative, ...]
    """Fewest changes first, then least effort. Empty if the grade is reached already, or out of reach."""
    exceptional: int
    """How many characteristics need exceptional evidence; 0 where remedying and showing strengths is enough."""
    remark: str | None


def path_to(
    assessment: Assessment,
    core_question: str,
    wanted: Grade | str,
    rulebook: Rulebook | None = None,
    most: int = 3,
) -> Path:
    """The smallest sets of changes after which a question would have at least the grade wanted.

    As little exceptional evidence as possible comes first, then as few changes as possible.

    Args:
        rulebook: the one that the assessment was made with; by default the bundled one.
        most: how many alternatives to give at the most.

    Raises:
        KeyError: the framework has no such question.
        ValueError: the question is not graded here, there is no such grade, the rulebook is another, or it has rules
            that look in the helpful direction.
    """
    rulebook = rulebook or load_rulebook()
    if rulebook.identity != assessment.rulebook:
        raise ValueError(f"the assessment was made with {assessment.rulebook}, not with {rulebook.identity}")
    if otherwise := [rule.id for rule in rulebook.rules if not is_monotone(rule)]:
        raise ValueError(f"with rules that look in the helpful direction no path is sure: {', '.join(otherwise)}")
    wanted = Grade(wanted) if isinstance(wanted, str) else wanted
    judgment = assessment.judgment(core_question)
    if judgment.ceiling is None:
        raise ValueError(f"{judgment.name}: {judgment.not_graded}")
    answer = Path(
        core_question=core_question,
        name=judgment.name,
        now=judgment.grade,
        wanted=wanted,
        alternatives=(),
        exceptional=0,
        remark=None,
    )
    if judgment.grade is not None and judgment.grade >= wanted:
        return answer.model_copy(update={"remark": f"it is {judgment.grade} already"})
    return _Search(assessment.evidence, rulebook, core_question, wanted).answer(answer, most)


class _Element(NamedTuple):
    """One thing that may change, to the best that it can become."""

    kind: str
    """`finding`, `strength` or `exceptional`."""
    id: str


_Elements = frozenset[_Element]
_NOTHING: _Elements = frozenset()


class _Search:
    """The search for one question. Outcomes are kept by what they rest on, so each is concluded once."""

    def __init__(self, evidence: Evidence, rulebook: Rulebook, core_question: str, wanted: Grade) -> None:
        self.rulebook = rulebook
        self.wanted = wanted
        self.question = next(q for q in rulebook.framework.core_questions if q.id == core_question)
        ids = [c.id for c in self.question.characteristics]
        findings = tuple(f for f in evidence.findings if not f.is_context and not set(ids).isdisjoint(f.bears_on))
        self.evidence = evidence
        self.relevant = evidence.model_copy(update={"findings": findings})
        self.bearing = {c: [f for f in findings if c in f.bears_on] for c in ids}
        self.now = _Forms({_Element("finding", f.id): f for f in findings}, rulebook)
        best = {e: mended for e, f in self.now.finding.items() if (mended := _mended(f)) is not None}
        for kind in ("strength", "exceptional"):
            best |= {_Element(kind, c): shown(Show(characteristic=c, exceptional=kind == "exceptional")) for c in ids}
        self.best = _Forms(best, rulebook)
        self._standings: dict[tuple[str, _Elements], Standing] = {}
        self._verdicts: dict[tuple[Standing, ...], bool] = {}
        self._tried = 0

    def answer(self, answer: Path, most: int) -> Path:
        ordinary = frozenset(e for e in self.best.finding if e.kind != "exceptional" and self._may_help(e))
        exceptional = sorted(e for e in self.best.finding if e.kind == "exceptional")
        needed = self._exceptional_needed(ordinary, exceptional)
        if needed is None:
            remark = "cannot be reached by remedying findings, showing strengths or exceptional evidence"
            return answer.model_copy(update={"remark": remark})
        found = self._smallest_sets(ordinary.union(exceptional) if needed else ordinary, needed, most)
        alternatives = sorted((self._weakest(each) for each in found), key=_effort)[:most]
        remarks = []
        if needed:
            number = "1 characteristic needs" if needed == 1 else f"{needed} characteristics need"
            remarks.append(f"cannot be reached by remedying findings alone: {number} exceptional evidence")
        if self._tried > PATIENCE:
            remarks.append("the search was given up before it was complete; there may be smaller sets")
        return answer.model_copy(
            update={
                "alternatives": tuple(self._checked(changes) for changes in alternatives),
                "exceptional": needed,
                "remark": "; ".join(remarks) or None,
            }
        )

    def _may_help(self, element: _Element) -> bool:
        """A finding that weighs nothing and speaks for the force cannot become better."""
        if element.kind != "finding":
            return True
        reading, gravity = self.now.reading[element], self.now.gravity[element]
        return gravity > Gravity.NONE or reading.direction > Direction.STRENGTH

    def _exceptional_needed(self, ordinary: _Elements, exceptional: Sequence[_Element]) -> int | None:
        """The fewest characteristics that need exceptional evidence if all else is mended; None if all do not help."""
        for count in range(len(exceptional) + 1):
            if any(self._reaches(ordinary.union(chosen)) for chosen in combinations(exceptional, count)):
                return count
        return None

    def _smallest_sets(self, elements: _Elements, exceptional: int, most: int) -> list[_Elements]:
        """Minimal sets of elements that reach the grade, smallest first, until there are enough to choose from."""
        options = {c: self._options(c, elements) for c in self.bearing}
        found: list[_Elements] = []
        for size in range(exceptional, len(elements) + 1):
            for union in self._unions(size, exceptional, options):
                if not any(smaller <= union for smaller in found):
                    found.append(union)
                if len(found) >= ENOUGH:
                    return found
            if len(found) >= most or self._tried > PATIENCE:
                break
        return found

    def _options(self, characteristic: str, elements: _Elements) -> list[_Elements]:
        """Each minimal way of bettering a characteristic, for every outcome that it can come to."""
        own = self._bearing_elements(characteristic, elements)
        options: set[_Elements] = set()
        for status in Status:
            for concern in Concern:
                options.update(minimal_sets(own, lambda chosen: self._is(characteristic, chosen, status, concern)))  # noqa: B023
        return sorted(options - {_NOTHING}, key=lambda option: (len(option), sorted(option)))

    def _is(self, characteristic: str, chosen: _Elements, status: Status, concern: Concern) -> bool:
        """Whether a characteristic stands at least so well."""
        standing = self._standing(characteristic, chosen)
        return standing.status is not None and standing.status >= status and standing.concern <= concern

    def _unions(self, size: int, exceptional: int, options: Mapping[str, list[_Elements]]) -> Iterator[_Elements]:
        """Unions of one option, or none, for each characteristic that have the size and reach the grade."""
        order = [c for c in options if options[c]]
        still_possible = [_NOTHING.union(*(o for c in order[at:] for o in options[c])) for at in range(len(order) + 1)]
        seen: set[tuple[int, _Elements]] = set()
        pending: list[tuple[int, _Elements]] = [(0, _NOTHING)]
        while pending and self._tried <= PATIENCE:
            at, union = pending.pop()
            if not self._reaches(union | still_possible[at]):
                continue
            if at == len(order):
                if len(union) == size:
                    yield union
                continue
            for option in (_NOTHING, *options[order[at]]):
                state = (at + 1, union | option)
                shown = _exceptional(state[1])
                # as many exceptional ones as are needed are sure to come, which leaves the others the rest of the size
                if state in seen or shown > exceptional or len(state[1]) - shown > size - exceptional:
                    continue
                seen.add(state)
                self._tried += 1
                pending.append(state)

    def _reaches(self, chosen: _Elements) -> bool:
        standings = {c: self._standing(c, chosen) for c in self.bearing}
        key = tuple(standings.values())
        if key not in self._verdicts:
            self._verdicts[key] = self._is_reached(judge([self.question], standings, self.rulebook, plain))
        return self._verdicts[key]

    def _is_reached(self, judged: StageRun) -> bool:
        ceiling = judged.ceiling(self.question.id, "grade", Grade)
        return ceiling >= self.wanted and not judged.raises(self.question.id, "not_enough_evidence")

    def _standing(self, characteristic: str, chosen: _Elements) -> Standing:
        """Where a characteristic stands after the changes that concern it."""
        own = self._bearing_elements(characteristic, chosen)
        key = (characteristic, own)
        if key not in self._standings:
            self._standings[key] = self._concluded(characteristic, own)
        return self._standings[key]

    def _bearing_elements(self, characteristic: str, chosen: _Elements) -> _Elements:
        findings = {f.id for f in self.bearing[characteristic]}
        return frozenset(e for e in chosen if e.id in findings or e.id == characteristic)

    def _concluded(self, characteristic: str, changes: _Elements) -> Standing:
        kept = [e for f in self.bearing[characteristic] if (e := _Element("finding", f.id)) not in changes]
        forms = [(self.now, e) for e in kept] + [(self.best, e) for e in sorted(changes)]
        if not forms:
            return Standing(None, Concern.NONE)
        findings = [form.finding[e] for form, e in forms]
        readings = {form.finding[e].id: form.reading[e] for form, e in forms}
        gravities = {form.finding[e].id: form.gravity[e] for form, e in forms}
        profile = characteristic_profile(characteristic, findings, readings, gravities)
        return standing_of(
            characteristic, StageRun(self.rulebook, Stage.CHARACTERISTIC, {characteristic: profile}, plain)
        )

    def _weakest(self, chosen: _Elements) -> tuple[Change, ...]:
        """The changes, each no greater than the grade takes: improving before remedied, a count as low as will do."""
        changes = [self._change(element) for element in sorted(chosen)]
        for at, change in enumerate(changes):
            lesser = [*self._lesser(change), change]

            def reached(weaker: Change, at: int = at) -> bool:
                return self._is_reached_by([*changes[:at], weaker, *changes[at + 1 :]])

            changes[at] = lesser[bisect_left(lesser, True, key=reached)]
        return tuple(changes)

    def _change(self, element: _Element) -> Change:
        if element.kind != "finding":
            return Show(characteristic=element.id, exceptional=element.kind == "exceptional")
        sample = self.best.finding[element].sample
        if sample is None:
            return Set(finding=element.id, field="state", value=str(State.REMEDIED))
        if sample.met is not None:
            return Set(finding=element.id, field="sample.met", value=sample.met)
        return Set(finding=element.id, field="sample.share", value=1.0)

    def _lesser(self, change: Change) -> list[Change]:
        """Lesser changes than this one, the least first."""
        if not isinstance(change, Set):
            return []
        now = self.now.finding[_Element("finding", change.finding)]
        values: list[str | int | float] = []
        if now.sample is None:
            values = [str(State.IMPROVING)] if now.state is State.OPEN else []
        elif now.sample.count is not None:
            failing, cases = now.sample.count
            values = [*range(cases - failing + 1, cases)]
        else:
            values = [thousandth / 1000 for thousandth in range(int(1000 * (now.sample.share or 0)) + 1, 1000)]
        return [change.model_copy(update={"value": value}) for value in values]

    def _is_reached_by(self, changes: Sequence[Change]) -> bool:
        findings = changed(self.relevant, changes).findings
        _, readings = read(findings, self.rulebook, plain)
        _, gravities = weigh(findings, readings, self.rulebook, plain)
        _, standings = characterise(findings, readings, gravities, self.rulebook, plain)
        return self._is_reached(judge([self.question], standings, self.rulebook, plain))

    def _checked(self, changes: tuple[Change, ...]) -> Alternative:
        """The alternative, after grading all of the changed evidence as any other."""
        reached = grade(changed(self.evidence, changes), self.rulebook).judgment(self.question.id).grade
        if reached is None or reached < self.wanted:
            words = ", ".join(map(str, changes))
            raise EngineError(f"{words} should lead to {self.wanted} but leads to {reached}")
        return Alternative(changes=changes, reaches=reached)


class _Forms:
    """Elements in one form, with what each comes to by itself."""

    def __init__(self, finding: Mapping[_Element, Finding], rulebook: Rulebook) -> None:
        self.finding = finding
        findings = list(finding.values())
        _, readings = read(findings, rulebook, plain)
        _, gravities = weigh(findings, readings, rulebook, plain)
        self.reading: Mapping[_Element, Reading] = {e: readings[f.id] for e, f in finding.items()}
        self.gravity: Mapping[_Element, Gravity] = {e: gravities[f.id] for e, f in finding.items()}


def _mended(finding: Finding) -> Finding | None:
    """The best that a finding can become, or None if it is that already."""
    if (sample := finding.sample) is not None:
        best = {"met": sample.of} if sample.met is not None else {"share": 1.0}
        return finding.model_copy(update={"sample": sample.model_copy(update=best)}) if sample.failing else None
    if finding.state in (None, State.REMEDIED):
        return None
    return finding.model_copy(update={"state": State.REMEDIED})


def _exceptional(elements: _Elements) -> int:
    return sum(element.kind == "exceptional" for element in elements)


def _effort(changes: tuple[Change, ...]) -> tuple[int, int, int, int, str]:
    """Fewer changes first; then showing nothing new, and improvement rather than remedy."""
    shows = [change for change in changes if isinstance(change, Show)]
    remedies = sum(isinstance(change, Set) and change.value == str(State.REMEDIED) for change in changes)
    return len(changes), sum(s.exceptional for s in shows), len(shows), remedies, str(changes)
