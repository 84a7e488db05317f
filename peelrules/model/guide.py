"""The coding guide: what belongs in each field of a finding, and what each level means."""

from collections.abc import Mapping

from peelrules.model.base import Frozen, Text


class Advice(Frozen):
    """What to write in one field."""

    title: Text
    says: Text
    levels: Mapping[str, Text] = {}
    """A sentence for each level of a scale, lowest first; empty where the field has none."""


class Guide(Frozen):
    """How findings are coded, in short."""

    finding: Mapping[str, Text]
    """What one finding is, in a few sentences, each under a word for it."""
    fields: Mapping[str, Advice]
    """By the name of the field of a finding."""
