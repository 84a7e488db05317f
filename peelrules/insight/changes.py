"""Changes to evidence and rules: as data, from the words of a command line, and applied.

Nothing is changed in place; applying changes gives new evidence or a new rulebook.
"""

from collections.abc import Collection, Iterable, Mapping
from math import inf
from typing import Any, Literal

from pydantic import ValidationError

from peelrules.documents.shape import or_did_you_mean, unknown
from peelrules.documents.yaml import parse
from peelrules.model.base import Frozen
from peelrules.model.evidence import SUPPOSED, Citation, Evidence, Finding, Sample
from peelrules.model.plain import cut
from peelrules.model.problems import DocumentError, PeelrulesError
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, Comparator
from peelrules.model.scales import Direction

_BOUNDED = [comparator.value for comparator in Comparator]


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


def parse_rule_set(text: str, rulebook: Rulebook) -> SetBound:
    """A change such as `grade.substantially-all=0.8`, or `RULE.FIELD.COMPARATOR=VALUE` where a rule has several bounds.

    Raises:
        ChangeError: it is not of that form, or does not name one bound.
    """
    target, value = _split(text, "RULE=VALUE")
    rule_id, named = _prefix(target, list(rulebook.rule), "rule")
    bounds = [(c.field, c.comparator.value) for conditions in rulebook.rule[rule_id].alternatives for c in conditions]
    chosen = [bound for bound in bounds if not named or f"{'.'.join(bound)}.".startswith(f"{named}.")]
    if len(chosen) != 1:
        names = sorted({f"{rule_id}.{'.'.join(bound)}" for bound in bounds})
        raise ChangeError(f"`{cut(target)}` does not name one bound; the rule has {', '.join(names)}")
    return SetBound(rule=rule_id, field=chosen[0][0], comparator=chosen[0][1], value=value)


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


def changed_rules(rulebook: Rulebook, changes: Iterable[SetBound]) -> Rulebook:
    """The rulebook after its bounds are changed. Its examples are kept, and may no longer hold.

    Raises:
        ChangeError: a bound cannot have the value.
    """
    rules = dict(rulebook.rule)
    for change in changes:
        rule = rules[change.rule]
        content = rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
        for alternative in content["when"]:
            if change.comparator in alternative.get(change.field, {}):
                alternative[change.field][change.comparator] = change.value
        try:
            rules[rule.id] = RULES[rule.stage].model_validate(content)
        except ValidationError as error:
            raise ChangeError(f"{cut(str(change))}: {_first(error)}") from None
    return Rulebook(framework=rulebook.framework, rules=tuple(rules.values()), places=rulebook.places)


def _split(text: str, form: str) -> tuple[str, Any]:
    target, separator, value = text.partition("=")
    if not (target.strip() and separator and value.strip()):
        raise ChangeError(f"`{cut(text)}` is not of the form {form}")
    try:
        read = parse(value.strip(), "value").value
    except (DocumentError, UnicodeError):  # bytes of a command line that are no text
        read = None
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
