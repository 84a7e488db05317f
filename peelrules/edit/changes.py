"""Changes to evidence as plain values, as the page asks for them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from peelrules.model.base import Frozen
from peelrules.model.evidence import Citation, Evidence, Finding, Sample
from peelrules.model.framework import Work
from peelrules.model.problems import PeelrulesError

_ORDER: Mapping[str, tuple[str, ...]] = {
    "": tuple(Evidence.model_fields),
    "finding": tuple(Finding.model_fields),
    "sample": tuple(Sample.model_fields),
    "source": tuple(Citation.model_fields),
    "work": tuple(Work.model_fields),
}


class OutdatedError(PeelrulesError):
    """What was to be changed is not as it was seen."""


class Put(Frozen):
    """Give a field another value; None removes it."""

    kind: Literal["put"] = "put"
    finding: int | None
    """The key of the finding; None for the inspection itself."""
    field: Annotated[tuple[str, ...], Field(min_length=1, max_length=3)]
    """The way to the field, such as `sample`, `met`."""
    value: Any = None
    was: Any = None
    """What stood there when the change was made."""


class Add(Frozen):
    """Add a finding."""

    kind: Literal["add"] = "add"
    after: int | None
    """The key of the finding that it follows; None for the first place."""
    value: dict[str, Any]


class Remove(Frozen):
    """Remove a finding."""

    kind: Literal["remove"] = "remove"
    finding: int


Change = Annotated[Put | Add | Remove, Field(discriminator="kind")]

Keys = tuple[int, ...]
"""What tells the findings apart, in their order, however their ids change."""


class Changed(Frozen):
    """The value after a change, and what became of the findings."""

    value: dict[str, Any]
    keys: Keys
    words: str
    """What was changed, in words."""
    finding: int | None
    """The key of the finding concerned."""


def changed(value: Mapping[str, Any], keys: Keys, change: Put | Add | Remove, new_key: int) -> Changed:
    """The value of a document after a change.

    Args:
        new_key: the key of a finding that is added.

    Raises:
        OutdatedError: what is to be changed is not as it was seen.
    """
    findings = list(value.get("findings") or [])
    match change:
        case Put(finding=None):
            if change.field[0] == "findings":  # what tells them apart would be lost
                raise OutdatedError("findings are changed one by one")
            return Changed(value=_put(value, change, ""), keys=keys, words=_words(change, ""), finding=None)
        case Put():
            number = _number(change.finding, keys)
            before = as_fields(findings[number])
            findings[number] = _put(before, change, "finding")
            words = _words(change, _name(before))
            return Changed(value={**value, "findings": findings}, keys=keys, words=words, finding=change.finding)
        case Remove():
            number = _number(change.finding, keys)
            gone = findings.pop(number)
            left = keys[:number] + keys[number + 1 :]
            words = f"{_name(gone)} removed"
            return Changed(value={**value, "findings": findings}, keys=left, words=words, finding=change.finding)
        case Add():
            number = 0 if change.after is None else _number(change.after, keys) + 1
            findings.insert(number, dict(change.value))
            more = (*keys[:number], new_key, *keys[number:])
            words = f"{_name(change.value)} added"
            return Changed(value={**value, "findings": findings}, keys=more, words=words, finding=new_key)


def as_fields(finding: Any) -> dict[str, Any]:
    """A finding as a mapping: of one that is only text, the text."""
    if isinstance(finding, str):
        return {"finding": finding}
    return finding if isinstance(finding, dict) else {}


def _put(mapping: Mapping[str, Any], change: Put, order: str) -> dict[str, Any]:
    """The mapping with the value at the way of a change; what is left empty on the way is removed."""
    first, *rest = change.field
    now = mapping.get(first)
    if not rest:
        if now != change.was:
            raise OutdatedError(f"`{first}` was changed meanwhile, and is now: {now}")
        return _placed(mapping, first, change.value, _ORDER.get(order, ()))
    inner = change.model_copy(update={"field": tuple(rest)})
    within = _put(now if isinstance(now, dict) else {}, inner, _order_of(first, order))
    return _placed(mapping, first, within or None, _ORDER.get(order, ()))


def _order_of(field: str, outer: str) -> str:
    """The name of the order of fields in a mapping below a field; none for the names that people give to sources."""
    if outer == "":
        return "sources"
    return "work" if outer == "sources" else field


def _placed(mapping: Mapping[str, Any], field: str, value: Any, order: Sequence[str]) -> dict[str, Any]:
    """The mapping with a field where it belongs: behind those that precede it in the order of fields."""
    if value is None or field in mapping:
        return {k: value if k == field else v for k, v in mapping.items() if k != field or value is not None}
    before = set(order[: order.index(field)]) if field in order else set(mapping)
    at = max((number for number, name in enumerate(mapping, 1) if name in before), default=0)
    items = list(mapping.items())
    return dict([*items[:at], (field, value), *items[at:]])


def _number(key: int | None, keys: Keys) -> int:
    if key not in keys:
        raise OutdatedError("the finding was removed meanwhile")
    return keys.index(key)


def _words(change: Put, of: str) -> str:
    return f"{'.'.join(change.field)} of {of}" if of else ".".join(change.field)


def _name(finding: Any) -> str:
    named = finding.get("id") if isinstance(finding, Mapping) else None
    return str(named) if named else "a finding without an id"
