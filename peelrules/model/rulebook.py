"""A framework with its rules."""

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property

from peelrules.model.base import Frozen
from peelrules.model.facts import Stage
from peelrules.model.framework import Framework
from peelrules.model.rules import Rule


class Identity(Frozen):
    """Which rulebook a result was reached with."""

    id: str
    version: str
    hash: str
    """First 16 hexadecimal digits of the SHA-256 of the rulebook's content, whatever its layout."""


class Rulebook(Frozen):
    """A framework with its rules, in the order of stages and ids."""

    framework: Framework
    rules: tuple[Rule, ...]
    places: Mapping[str, str]
    """Where each rule stands, as `file:line`."""

    def __hash__(self) -> int:
        return hash(self.identity.hash)

    @cached_property
    def identity(self) -> Identity:
        content = {
            "framework": self.framework.model_dump(mode="json"),
            "rules": sorted((_content(rule) for rule in self.rules), key=json.dumps),
        }
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        return Identity(id=self.framework.id, version=self.framework.version, hash=digest)

    @cached_property
    def rule(self) -> Mapping[str, Rule]:
        """The rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def of_stage(self) -> Mapping[Stage, tuple[Rule, ...]]:
        return {stage: tuple(rule for rule in self.rules if rule.stage is stage) for stage in Stage}


def _content(rule: Rule) -> dict[str, object]:
    return {"stage": rule.stage.value, **rule.model_dump(mode="json", by_alias=True, exclude_none=True)}
