"""Changes to evidence and rules: as data, from the words of a command line, and applied.

Nothing is changed in place; applying changes gives new evidence or a new rulebook.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import inf
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from peelrules.documents.shape import or_did_you_mean, unknown
from peelrules.documents.written import annotation_of
from peelrules.documents.yaml import parse
from peelrules.model.base import Frozen, Share
from peelrules.model.conditions import Condition, Conditions
from peelrules.model.counts import Count, Kind, read_of_members
from peelrules.model.directions import Swing, harm_of
from peelrules.model.evidence import SUPPOSED, Citation, Evidence, Finding, Sample
from peelrules.model.facts import Field, Fields, Stage
from peelrules.model.plain import cut
from peelrules.model.problems import DocumentError, PeelrulesError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction


class ChangeError(PeelrulesError):
    """A change names something that is not there, or leads to something that cannot be."""


class Set(Frozen):
    """Give a field of a finding another value."""

    kind: Literal["set"] = "set"
    finding: str
    field: str
    """Such as `state`, or `sample.met`."""
    value: str | bool | int | float

    def __str__(self) -> str:
        return f"{self.finding}.{self.field}={self.value}"


class Drop(Frozen):
    """Leave a finding out."""

    kind: Literal["drop"] = "drop"
    finding: str

    def __str__(self) -> str:
        return f"without {self.finding}"


class Show(Frozen):
    """Add a strength that shows a characteristic."""

    kind: Literal["show"] = "show"
    characteristic: str
    exceptional: bool = False

    def __str__(self) -> str:
        return f"{'an exceptional' if self.exceptional else 'a'} strength in {self.characteristic}"


class SetBound(Frozen):
    """Give a bound of a rule another value."""

    kind: Literal["set-bound"] = "set-bound"
    rule: str
    field: str
    comparator: str
    value: str | bool | int | float

    def __str__(self) -> str:
        return f"{self.rule}: {self.field} {self.comparator.replace('_', ' ')} {self.value}"


class SetCount(Frozen):
    """Give a bound of a count, or what a share of nothing is, another value."""

    kind: Literal["set-count"] = "set-count"
    count: str
    """Stage and id, such as `core_question.demonstrated`."""
    part: str
    """`where`, `of` or `of_none`."""
    field: str = ""
    comparator: str = ""
    value: str | bool | int | float

    def __str__(self) -> str:
        words = f"{self.part} {self.field} {self.comparator}".replace("_", " ").rstrip()
        return f"{self.count}: {words} {self.value}"


Change = Set | Drop | Show


def parse_set(text: str, evidence: Evidence) -> Set:
    """A change such as `INV-04.sample.met=32`.

    Raises:
        ChangeError: it is not of that form, or names no finding.
    """
    target, value = _split(text, "FINDING.FIELD=VALUE")
    ids = [finding.id for finding in evidence.findings]
    finding, field = _prefix(target, ids, "finding")
    if not field:
        raise ChangeError(f"`{cut(text)}` names no field; write FINDING.FIELD=VALUE, such as {finding}.state=remedied")
    return Set(finding=finding, field=field, value=value)


def parse_rule_set(text: str, rulebook: Rulebook) -> "SetBound | SetCount":
    """A change such as `grade.substantially-all=0.8`, or `RULE.FIELD.COMPARATOR=VALUE` where a rule has several bounds.

    Of a count it is `core_question.not_demonstrated_service.where.status=partly demonstrated`, or `….of_none=1`.

    Raises:
        ChangeError: it is not of that form, or does not name one bound.
    """
    target, value = _split(text, "RULE=VALUE")
    counts = {f"{count.stage.value}.{count.id}": count for count in rulebook.counts}
    name, part = _prefix(target, [*rulebook.rule, *counts], "rule or count")
    if name in counts:
        count = counts[name]
        bounds = [(p, c.field, c.comparator.word) for p in ("where", "of") for c in getattr(count, p)]
        if part == "of_none" and count.kind is Kind.SHARE:
            return SetCount(count=name, part=part, value=value)
        chosen = _one(bounds, part, target, [*_names(name, bounds), *([f"{name}.of_none"] * bool(count.of))])
        return SetCount(count=name, part=chosen[0], field=chosen[1], comparator=chosen[2], value=value)
    bounds_of_rule = [
        (c.field, c.comparator.word) for conditions in rulebook.rule[name].alternatives for c in conditions
    ]
    field, comparator = _one(bounds_of_rule, part, target, _names(name, bounds_of_rule))
    return SetBound(rule=name, field=field, comparator=comparator, value=value)


def _one(bounds: Sequence[tuple[str, ...]], part: str, target: str, names: Collection[str]) -> tuple[str, ...]:
    """The one bound that a part of a name is the beginning of; without a part, the only one there is."""
    chosen = [bound for bound in bounds if not part or f"{'.'.join(bound)}.".startswith(f"{part}.")]
    if len(chosen) != 1:
        raise ChangeError(f"`{cut(target)}` does not name one bound; there are {', '.join(sorted(set(names)))}")
    return chosen[0]


def _names(name: str, bounds: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"{name}.{'.'.join(bound)}" for bound in bounds]


def changed(evidence: Evidence, changes: Iterable[Change]) -> Evidence:
    """The evidence after the changes.

    Raises:
        ChangeError: a finding or field is not there, or a finding would be faulty.
    """
    findings = {finding.id: finding for finding in evidence.findings}
    for change in changes:
        match change:
            case Set():
                findings[change.finding] = _set(_found(change.finding, findings), change)
            case Drop():
                _found(change.finding, findings)
                del findings[change.finding]
            case Show():
                strength = shown(change)
                findings[strength.id] = strength
    return evidence.model_copy(update={"findings": tuple(findings.values())})


def changed_rules(rulebook: Rulebook, changes: "Iterable[SetBound | SetCount]") -> Rulebook:
    """The rulebook after its bounds are changed. Its examples are kept, and may no longer hold.

    Raises:
        ChangeError: a bound cannot have the value, or better evidence could then move a count either way.
    """
    rules, counts = dict(rulebook.rule), {f"{count.stage.value}.{count.id}": count for count in rulebook.counts}
    for change in changes:
        match change:
            case SetBound():
                rule = rules[change.rule]
                alternatives = tuple(_rebound(each, change, rulebook.fields[rule.stage]) for each in rule.alternatives)
                rules[rule.id] = rule.model_copy(update={"alternatives": alternatives})
            case SetCount():
                counts[change.count] = _recounted(counts[change.count], change, rulebook)
    return rulebook.model_copy(update={"rules": tuple(rules.values()), "counts": tuple(counts.values())})


def _recounted(count: Count, change: "SetCount", rulebook: Rulebook) -> Count:
    read = read_of_members(count.stage, rulebook.fields[Stage.CHARACTERISTIC])
    if change.part == "of_none":
        return count.model_copy(update={"of_none": _as(float, Share, change)})
    recounted = count.model_copy(update={change.part: _rebound(getattr(count, change.part), change, read)})
    if isinstance(harm := harm_of(recounted, read, rulebook.framework.exact_credit), Swing):
        raise ChangeError(
            f"{cut(str(change))}: better evidence could move it either way: {harm.raised}; {harm.lowered}"
        )
    return recounted


def _rebound(conditions: Conditions, change: "SetBound | SetCount", read: Fields) -> Conditions:
    """The conditions, with another bound in those that a change names."""
    return tuple(c._replace(bound=_bound(read[c.field], c, change)) if _names_it(change, c) else c for c in conditions)


def _names_it(change: "SetBound | SetCount", condition: Condition) -> bool:
    """Whether a condition is one of those that a change is about."""
    return (condition.field, condition.comparator.word) == (change.field, change.comparator)


def _bound(field: Field, condition: Condition, change: "SetBound | SetCount") -> Any:
    kind = annotation_of(field)
    if condition.comparator.has_several:
        return (_as(field.kind, kind, change),)
    return _as(field.kind, kind, change)


def _as(kind: type, annotation: Any, change: "SetBound | SetCount") -> Any:
    """The value of a change as one of its field."""
    value = float(change.value) if kind is float and type(change.value) is int else change.value
    try:
        return TypeAdapter(annotation).validate_python(value)
    except ValidationError as error:
        raise ChangeError(f"{cut(str(change))}: {_first(error)}") from None


def _split(text: str, form: str) -> tuple[str, Any]:
    target, separator, value = text.partition("=")
    if not (target.strip() and separator and value.strip()):
        raise ChangeError(f"`{cut(text)}` is not of the form {form}")
    try:
        document = parse(value.strip(), "value")
    except (DocumentError, UnicodeError):  # bytes of a command line that are no text
        document = None
    if document is not None and document.faults:
        raise ChangeError(f"`{cut(value.strip())}`: {document.faults[0].message}")
    read = document.value if document is not None else None
    if not isinstance(read, str | bool | int | float) or read in (inf, -inf):
        raise ChangeError(f"`{cut(value.strip())}` is not a value; write a word, a number, true or false")
    return target.strip(), read


def _prefix(target: str, known: Collection[str], kind: str) -> tuple[str, str]:
    """The longest known id that the target begins with, and the rest after a full stop."""
    candidates = [word for word in known if target == word or target.startswith(f"{word}.")]
    if not candidates:
        parts = target.split(".")
        guesses = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        near = next((hint for guess in guesses if (hint := or_did_you_mean(guess, known))), "")
        raise ChangeError(f"there is no {kind} `{cut(target)}`{near}")
    best = max(candidates, key=len)
    return best, target[len(best) + 1 :]


def _found(finding: str, findings: Mapping[str, Finding]) -> Finding:
    if finding not in findings:
        raise ChangeError(unknown("finding", finding, findings))
    return findings[finding]


def _set(finding: Finding, change: Set) -> Finding:
    content = finding.model_dump(mode="json", exclude_unset=True)
    *way, last = change.field.split(".")
    target, model = content, Finding
    if way == ["sample"] and finding.sample is not None:
        target, model = content["sample"], Sample  # type: ignore[assignment]
    elif way:
        raise ChangeError(f"{finding.id} has no field `{cut(change.field)}`")
    if last not in model.model_fields or last in ("id", "sample", "source", "bears_on"):
        fields = [name for name in model.model_fields if name not in ("id", "sample", "source", "bears_on")]
        raise ChangeError(f"a finding has no field `{cut(change.field)}` to set{or_did_you_mean(last, fields)}")
    target[last] = change.value
    try:
        return Finding.model_validate(content)
    except ValidationError as error:
        raise ChangeError(f"{cut(str(change))}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    return error.errors(include_url=False)[0]["msg"]


def shown(change: Show) -> Finding:
    """The strength that a change supposes."""
    return Finding(
        id=f"shown.{change.characteristic}",
        finding=f"What would have to be shown: {change}.",
        bears_on=(change.characteristic,),
        direction=Direction.STRENGTH,
        exceptional=change.exceptional,
        strand=SUPPOSED,
        source=Citation(document=SUPPOSED, section=SUPPOSED),
    )
