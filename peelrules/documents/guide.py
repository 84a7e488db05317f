"""The coding guide that comes with peelrules."""

from functools import cache

from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.shape import shaped
from peelrules.documents.told import told
from peelrules.documents.yaml import read
from peelrules.model.guide import Guide
from peelrules.model.problems import DocumentError


@cache
def load_guide() -> Guide:
    """Read the coding guide.

    Raises:
        DocumentError: with every fault of it.
    """
    document = read(bundled_rulebook().parent / "guide.yaml")
    guide, faults = shaped(Guide, document)
    if guide is None or document.faults:
        raise DocumentError(told(document.faults, faults))
    return guide
