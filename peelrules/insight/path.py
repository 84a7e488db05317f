"""What would have to change for a question to reach a grade: the smallest sets of changes.

Changes that are tried: a shortfall is remedied or seen to be improving, an audited sample reaches a
better count, a characteristic without a strength is shown to have one, and, where nothing less
helps, exceptional evidence is shown. Better evidence never lowers an outcome; that makes the search
exact. It has so much patience and no more; where it is given up, the answer says so. Each answer is
checked by grading the changed evidence.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, product
from math import inf
from typing import Any, NamedTuple

from peelrules.documents.choice import rulebook_named
from peelrules.engine.counting import NOT_ASSESSED, Reading, bearing, finding_fact, member_of, profile_of, sample_fact
from peelrules.engine.grading import grade
from peelrules.engine.stages import reading_of, standing_of
from peelrules.engine.tables import tabled
from peelrules.insight.changes import Change, Set, Show, changed, shown
from peelrules.insight.minimal import minimal_sets
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.conditions import Axis
from peelrules.model.counts import Member
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import OF_A_MEMBER, Harm, Stage
from peelrules.model.problems import ArgumentError, EngineError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Grade, Gravity, State

ENOUGH = 300
"""Sets of the smallest size that are compared by effort; there can be thousands that are alike."""
PATIENCE = 4_000_000
"""How often a characteristic or a finding is looked at before a search is given up: far more than inspections take."""
_TO_CONCLUDE = 50
"""To try the rules takes about as long as to look at so many."""


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


def path(
    assessment: Assessment,
    core_question: str,
    wanted: Grade | str,
    rulebook: Rulebook | None = None,
    most: int = 3,
) -> Path:
    """The smallest sets of changes after which a question would have at least the grade wanted.

    As little exceptional evidence as possible comes first, then as few changes as possible.

    Args:
        rulebook: the one that the assessment was made with; by default the bundled one of its
            framework.
        most: how many alternatives to give at the most.

    Raises:
        UnknownNameError: the framework has no such question.
        ArgumentError: the question is not graded here, there is no such grade, the rulebook is another, or it has rules
            that look in the helpful direction.
    """
    rulebook = rulebook or rulebook_named(assessment.framework)
    if rulebook.identity != assessment.rulebook:
        raise ArgumentError(f"the assessment was made with {assessment.rulebook}, not with {rulebook.identity}")
    if otherwise := [rule.id for rule in rulebook.rules if not rule.is_monotone(rulebook.fields[rule.stage])]:
        raise ArgumentError(f"with rules that look in the helpful direction no path is sure: {', '.join(otherwise)}")
    if most < 1:
        raise ArgumentError(f"{most} alternatives cannot be given; ask for 1 or more")
    wanted = Grade.named(wanted)
    judgment = assessment.judgment(core_question)
    if judgment.ceiling is None:
        raise ArgumentError(f"{judgment.name}: {judgment.not_graded}")
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


class _GivenUp(Exception):  # noqa: N818  no error: an answer is given all the same
    """Patience has come to an end."""


class _Patience:
    """How much more may be looked at."""

    def __init__(self, left: float) -> None:
        self.left = left

    def look_at(self, number: int) -> None:
        self.left -= number
        if self.left < 0:
            raise _GivenUp


class _Search:
    """The search for one question. Outcomes are kept by what they rest on, so each is concluded once."""

    def __init__(self, evidence: Evidence, rulebook: Rulebook, core_question: str, wanted: Grade) -> None:
        self.rulebook = rulebook
        self.wanted = wanted
        self.question = next(q for q in rulebook.framework.core_questions if q.id == core_question)
        ids = [c.id for c in self.question.characteristics]
        findings = tuple(f for f in evidence.findings if not f.is_context and not set(ids).isdisjoint(f.bears_on))
        self.evidence = evidence
        self.bearing = {c: [f for f in findings if c in f.bears_on] for c in ids}
        self.now = _forms({_Element("finding", f.id): f for f in findings}, rulebook)
        best = {e: mended for e, now in self.now.items() if (mended := _mended(now.finding)) is not None}
        for kind in ("strength", "exceptional"):
            best |= {_Element(kind, c): shown(Show(characteristic=c, exceptional=kind == "exceptional")) for c in ids}
        self.best = _forms(best, rulebook)
        self._stands: dict[tuple[str, _Elements], _Stand] = {}
        self._kinds: dict[tuple[object, ...], int] = {}
        self._weaker: dict[tuple[_Element, object], _Form] = {}
        self._verdicts: dict[tuple[int, ...], bool] = {}
        self._levels = _levels(rulebook)
        self._of = {c: frozenset(e for e, best in self.best.items() if c in best.finding.bears_on) for c in ids}
        self._given_up = False
        self._patience = _Patience(inf)

    def answer(self, answer: Path, most: int) -> Path:
        ordinary = frozenset(e for e in self.best if e.kind != "exceptional" and self._may_help(e))
        exceptional = sorted(e for e in self.best if e.kind == "exceptional")
        if not self._reaches(ordinary.union(exceptional)):
            remark = "cannot be reached by remedying findings, showing strengths or exceptional evidence"
            return answer.model_copy(update={"remark": remark})
        found = self._found(ordinary, exceptional, most)
        self._patience = _Patience(PATIENCE)
        alternatives = sorted((self._weakest(each) for each in found), key=_effort)[:most]
        needed = min(map(_exceptional, found), default=0)
        remarks = []
        if needed:
            number = "1 characteristic needs" if needed == 1 else f"{needed} characteristics need"
            remarks.append(f"cannot be reached by remedying findings alone: {number} exceptional evidence")
        if self._given_up and found:
            remarks.append(
                "the search was given up before it was complete; there may be smaller sets, or lesser changes"
            )
        elif self._given_up:
            remarks.append("can be reached, but the search was given up before a smallest set of changes was found")
        return answer.model_copy(
            update={
                "alternatives": tuple(self._checked(changes) for changes in alternatives),
                "exceptional": needed,
                "remark": "; ".join(remarks) or None,
            }
        )

    def _found(self, ordinary: _Elements, exceptional: Sequence[_Element], most: int) -> list[_Elements]:
        """The smallest sets; if the search for them is given up, one of which no part can be left out, if any."""
        found: list[_Elements] = []
        self._patience = _Patience(PATIENCE)
        try:
            needed = self._exceptional_needed(ordinary, exceptional)
            self._find_smallest_sets(ordinary.union(exceptional) if needed else ordinary, needed, most, found)
        except _GivenUp:
            self._given_up = True
        if not found:
            self._patience = _Patience(PATIENCE)
            with suppress(_GivenUp):
                # exceptional evidence is tried first, so that no more of it is left than it takes
                found.append(self._without_the_needless([*exceptional, *sorted(ordinary)]))
        return found

    def _without_the_needless(self, elements: Sequence[_Element]) -> _Elements:
        """What is left of elements that reach the grade after each that can be spared is left out."""
        left = frozenset(elements)
        parts = [elements]
        while parts:
            part = parts.pop()
            if self._reaches(left.difference(part)):
                left = left.difference(part)
            elif (half := len(part) // 2) > 0:
                parts += [part[half:], part[:half]]
        return left

    def _may_help(self, element: _Element) -> bool:
        """A finding that weighs nothing and speaks for the force cannot become better."""
        if element.kind != "finding":
            return True
        now = self.now[element]
        return now.gravity > Gravity.NONE or now.reading.direction > Direction.STRENGTH

    def _exceptional_needed(self, ordinary: _Elements, exceptional: Sequence[_Element]) -> int:
        """The fewest characteristics that need exceptional evidence if all else is mended."""
        return next(
            count
            for count in range(len(exceptional) + 1)
            if any(self._reaches(ordinary.union(chosen)) for chosen in combinations(exceptional, count))
        )

    def _find_smallest_sets(self, elements: _Elements, exceptional: int, most: int, found: list[_Elements]) -> None:
        """Find minimal sets of elements that reach the grade, smallest first, until there are enough to choose from."""
        options = {c: self._options(c, elements) for c in self.bearing}
        for size in range(exceptional, len(elements) + 1):
            for union in self._unions(size, exceptional, options):
                if not any(smaller <= union for smaller in found):
                    found.append(union)
                if len(found) >= ENOUGH:
                    return
            if len(found) >= most:
                return

    def _options(self, characteristic: str, elements: _Elements) -> list[_Elements]:
        """Each minimal way of bettering a characteristic, for every outcome that it can come to."""
        own = elements & self._of[characteristic]
        options: set[_Elements] = set()
        for levels in product(*(axis.telling for axis in self._levels)):

            def suffices(chosen: _Elements, levels: Sequence[Any] = levels) -> bool:
                return self._is(characteristic, chosen, levels)

            options.update(minimal_sets(own, suffices, self._patience.look_at))
        return sorted(options - {_NOTHING}, key=lambda option: (len(option), sorted(option)))

    def _is(self, characteristic: str, chosen: _Elements, levels: Sequence[Any]) -> bool:
        """Whether a characteristic stands at least so well in all that is counted of its question."""
        member = self._stand(characteristic, chosen).member
        return bool(member["assessed"]) and all(
            member[axis.field.name] <= level if axis.field.best_first else member[axis.field.name] >= level
            for axis, level in zip(self._levels, levels, strict=True)
        )

    def _unions(self, size: int, exceptional: int, options: Mapping[str, list[_Elements]]) -> Iterator[_Elements]:
        """Unions of one option, or none, for each characteristic that have the size and reach the grade."""
        order = [c for c in options if options[c]]
        still_possible = [_NOTHING.union(*(o for c in order[at:] for o in options[c])) for at in range(len(order) + 1)]
        seen: set[tuple[int, _Elements]] = set()
        pending: list[tuple[int, _Elements]] = [(0, _NOTHING)]
        while pending:
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
                self._patience.look_at(1 + len(union))
                seen.add(state)
                pending.append(state)

    def _reaches(self, chosen: _Elements) -> bool:
        return self._is_reached([self._stand(c, chosen) for c in self.bearing])

    def _is_reached(self, stands: Collection["_Stand"]) -> bool:
        kinds = tuple(sorted(stand.kind for stand in stands))
        if kinds not in self._verdicts:
            members = [stand.member for stand in stands]
            profile = profile_of(Stage.CORE_QUESTION, self.question.id, members, self.rulebook)
            [judged] = tabled(self.rulebook, Stage.CORE_QUESTION, [profile.fact])
            enough = any(m["assessed"] for m in members) and not judged.concluded["not_enough_evidence"]
            self._verdicts[kinds] = enough and judged.concluded["grade"] >= self.wanted
        return self._verdicts[kinds]

    def _stand(self, characteristic: str, chosen: _Elements) -> "_Stand":
        """Where a characteristic stands after the changes that concern it."""
        own = chosen & self._of[characteristic]
        self._patience.look_at(1 + len(own))
        key = (characteristic, own)
        if key not in self._stands:
            self._stands[key] = self._concluded(characteristic, {e: self.best[e] for e in own})
        return self._stands[key]

    def _concluded(self, characteristic: str, changes: Mapping[_Element, "_Form"]) -> "_Stand":
        self._patience.look_at(_TO_CONCLUDE + len(self.bearing[characteristic]))
        kept = (e for f in self.bearing[characteristic] if (e := _Element("finding", f.id)) not in changes)
        forms = [self.now[e] for e in kept] + [changes[e] for e in sorted(changes)]
        described = self.rulebook.framework.characteristics[characteristic]
        if not forms:
            return self._of_a_kind(member_of(described, NOT_ASSESSED, {}, self.rulebook))
        members = [bearing(form.finding, characteristic, form.reading, form.gravity) for form in forms]
        profile = profile_of(Stage.CHARACTERISTIC, characteristic, members, self.rulebook)
        [said] = tabled(self.rulebook, Stage.CHARACTERISTIC, [profile.fact])
        return self._of_a_kind(member_of(described, standing_of(said), profile.fact, self.rulebook))

    def _of_a_kind(self, member: Member) -> "_Stand":
        seen = tuple(count.seen(member) for count in self.rulebook.counts_of[Stage.CORE_QUESTION])
        return _Stand(member, self._kinds.setdefault((*seen, member["assessed"]), len(self._kinds)))

    def _weakest(self, chosen: _Elements) -> tuple[Change, ...]:
        """The changes, each no greater than the grade takes: improving before remedied, a count as low as will do."""
        forms = {element: self.best[element] for element in sorted(chosen)}
        changes = {element: self._change(element) for element in forms}
        stands = {c: self._stand(c, chosen) for c in self.bearing}

        def after(element: _Element, change: Change) -> dict[str, _Stand]:
            weaker = {**forms, element: self._form(element, change)}
            touched = (c for c, elements in self._of.items() if element in elements)
            return {**stands, **{c: self._concluded(c, _among(self._of[c], weaker)) for c in touched}}

        try:
            for element, change in changes.items():
                lesser = [*self._lesser(change), change]
                at = bisect_left(lesser, True, key=lambda weaker: self._is_reached(after(element, weaker).values()))
                if lesser[at] != change:
                    stands = after(element, lesser[at])
                    changes[element], forms[element] = lesser[at], self._form(element, lesser[at])
        except _GivenUp:
            self._given_up = True
        return tuple(changes.values())

    def _form(self, element: _Element, change: Change) -> "_Form":
        """What an element comes to by a change of its finding; a new strength is as it is."""
        if not isinstance(change, Set):
            return self.best[element]
        key = (element, change.value)
        if key not in self._weaker:
            alone = self.evidence.model_copy(update={"findings": (self.now[element].finding,)})
            self._weaker[key] = _form(changed(alone, [change]).findings[0], self.rulebook)
        return self._weaker[key]

    def _change(self, element: _Element) -> Change:
        if element.kind != "finding":
            return Show(characteristic=element.id, exceptional=element.kind == "exceptional")
        sample = self.best[element].finding.sample
        if sample is None:
            return Set(finding=element.id, field="state", value=str(State.REMEDIED))
        if sample.met is not None:
            return Set(finding=element.id, field="sample.met", value=sample.met)
        return Set(finding=element.id, field="sample.share", value=1.0)

    def _lesser(self, change: Change) -> list[Change]:
        """Lesser changes than this one, the least first."""
        if not isinstance(change, Set):
            return []
        now = self.now[_Element("finding", change.finding)].finding
        values: list[str | int | float] = []
        if now.sample is None:
            values = [str(State.IMPROVING)] if now.state is State.OPEN else []
        elif now.sample.count is not None:
            failing, cases = now.sample.count
            values = [*range(cases - failing + 1, cases)]
        else:
            values = [thousandth / 1000 for thousandth in range(int(1000 * (now.sample.share or 0)) + 1, 1000)]
        return [change.model_copy(update={"value": value}) for value in values]

    def _checked(self, changes: tuple[Change, ...]) -> Alternative:
        """The alternative, after grading all of the changed evidence as any other."""
        reached = grade(changed(self.evidence, changes), self.rulebook).judgment(self.question.id).grade
        if reached is None or reached < self.wanted:
            words = ", ".join(map(str, changes))
            raise EngineError(f"{words} should lead to {self.wanted} but leads to {reached}")
        return Alternative(changes=changes, reaches=reached)


class _Stand(NamedTuple):
    """A characteristic of the question after some changes."""

    member: Member
    kind: int
    """The same for all that no count of the question can tell apart."""


class _Form(NamedTuple):
    """An element as it is or might be, with what it comes to by itself."""

    finding: Finding
    reading: Reading
    gravity: Gravity


def _forms(finding: Mapping[_Element, Finding], rulebook: Rulebook) -> dict[_Element, _Form]:
    return {element: _form(each, rulebook) for element, each in finding.items()}


def _form(finding: Finding, rulebook: Rulebook) -> _Form:
    facts = [sample_fact(finding)] if finding.sample is not None else []
    reading = reading_of(finding, next(iter(tabled(rulebook, Stage.SAMPLE, facts)), None))
    [said] = tabled(rulebook, Stage.FINDING, [finding_fact(finding, reading)])
    return _Form(finding, reading, said.concluded["gravity"])


def _levels(rulebook: Rulebook) -> list[Axis]:
    """What counts of a core question can tell of a characteristic, but for what cannot change."""
    fields = {**rulebook.fields[Stage.CHARACTERISTIC], **OF_A_MEMBER}
    counts = rulebook.counts_of[Stage.CORE_QUESTION]
    conditions = [condition for count in counts for condition in (*count.where, *count.of)]
    read = sorted({name for count in counts for name in count.reads} - {"assessed"})
    return [Axis(fields[name], conditions) for name in read if fields[name].harm is not Harm.NEITHER]


def _among(elements: _Elements, forms: Mapping[_Element, _Form]) -> dict[_Element, _Form]:
    return {element: form for element, form in forms.items() if element in elements}


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
