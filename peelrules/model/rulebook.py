"""A framework with its counts and rules."""

import hashlib
import json
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Any

from peelrules.model.base import Frozen
from peelrules.model.conditions import Condition
from peelrules.model.counts import Count, field_of, read_of_members
from peelrules.model.directions import harm_of
from peelrules.model.facts import OF_A_FINDING, OF_A_SAMPLE, SUBJECT, Fields, Harm, Stage, counted
from peelrules.model.framework import Framework
from peelrules.model.plain import plain
from peelrules.model.rules import Rule
from peelrules.model.scales import Scale


class Identity(Frozen):
    """Which rulebook a result was reached with."""

    id: str
    version: str
    hash: str
    """First 16 hexadecimal digits of the SHA-256 of the rulebook's content, whatever its layout."""


class Rulebook(Frozen):
    """A framework with its counts and its rules, in the order of stages and ids."""

    framework: Framework
    counts: tuple[Count, ...]
    rules: tuple[Rule, ...]
    places: Mapping[str, str]
    """Where each rule and each count stands, as `file:line`."""
    characteristic_places: Mapping[str, str] = {}
    """Where each characteristic stands, as `file:line`."""
    extends: tuple[str, ...] = ()
    """Ids of the frameworks whose rulebooks it extends, the nearest first. Its content has what they say already."""

    def __repr__(self) -> str:
        book = self.identity
        parts = f"{counted(len(self.counts), 'count')}, {counted(len(self.rules), 'rule')}"
        return plain(f"<Rulebook {book.id} {book.version} ({book.hash}): {parts}>")

    __str__ = __repr__

    def __hash__(self) -> int:
        return hash(self.identity.hash)

    @cached_property
    def identity(self) -> Identity:
        content = {
            "framework": self.framework.model_dump(mode="json", exclude_defaults=True),
            "counts": [content_of(count) for count in sorted(self.counts, key=lambda count: count.id)],
            "rules": sorted((content_of(rule) for rule in self.rules), key=json.dumps),
        }
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        return Identity(id=self.framework.id, version=self.framework.version, hash=digest)

    @cached_property
    def rule(self) -> Mapping[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def of_stage(self) -> Mapping[Stage, tuple[Rule, ...]]:
        """The rules by stage."""
        return {stage: tuple(rule for rule in self.rules if rule.stage is stage) for stage in Stage}

    @cached_property
    def counts_of(self) -> Mapping[Stage, tuple[Count, ...]]:
        """The counts by stage."""
        return {stage: tuple(count for count in self.counts if count.stage is stage) for stage in Stage}

    @cached_property
    def fields(self) -> Mapping[Stage, Fields]:
        """What rules of each stage may read: of samples and findings what is coded, then what is counted."""
        return fields_of(self.framework, self.counts)

    @cached_property
    def is_monotone(self) -> bool:
        """Whether better evidence can make no rule apply that did not apply before."""
        return all(rule.is_monotone(self.fields[rule.stage]) for rule in self.rules)


def fields_of(framework: Framework, counts: tuple[Count, ...]) -> Mapping[Stage, Fields]:
    """What rules of each stage may read.

    A count that better evidence could move either way has no better and no worse; no document can declare one.
    """
    known: dict[Stage, Fields] = {Stage.SAMPLE: OF_A_SAMPLE, Stage.FINDING: OF_A_FINDING}
    for stage, subject in SUBJECT.items():
        read = read_of_members(stage, known.get(Stage.CHARACTERISTIC, {}))
        found = {subject.name: subject}
        for count in counts:
            if count.stage is stage:
                harm = harm_of(count, read, framework.exact_credit)
                found[count.id] = field_of(count, harm if isinstance(harm, Harm) else Harm.NEITHER)
        known[stage] = found
    return known


def content_of(part: Rule | Count) -> dict[str, Any]:
    """A rule or a count, as plain values."""
    content = {name: _plain(getattr(part, name)) for name in type(part).model_fields if name != "place"}
    return {name: value for name, value in content.items() if value not in (None, [])}


def _plain(value: Any) -> Any:
    match value:
        case Condition():
            return [value.field, value.comparator.word, _plain(value.bound)]
        case Scale():
            return str(value)
        case Enum():
            return value.value
        case Frozen():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
    return value
