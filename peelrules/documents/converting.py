"""Evidence, and what was published, written in another form."""

from collections.abc import Callable, Mapping

from peelrules.documents import csv
from peelrules.documents.rewriting import written
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.published import Published

WORKBOOK = ".xlsx"


def _yaml(model: Evidence | Published) -> str:
    return written(model.model_dump(mode="json", exclude_defaults=True))


def _json(model: Evidence | Published) -> str:
    return model.model_dump_json(exclude_defaults=True, indent=2) + "\n"


_OF_BOTH: Mapping[str, Callable[[Evidence | Published], str]] = {".yaml": _yaml, ".yml": _yaml, ".json": _json}
_OF_EVIDENCE: Mapping[str, Callable[[Evidence], str]] = {**_OF_BOTH, ".csv": csv.written}
ENDINGS = (*_OF_EVIDENCE, WORKBOOK)
"""How the names of files end that evidence can be written to."""
ENDINGS_OF_PUBLISHED = tuple(_OF_BOTH)
"""And those for what was published, without evidence."""


def converted(evidence: Evidence, ending: str, framework: Framework, published: Published | None = None) -> str | bytes:
    """Evidence in the form of files that end so, one of `ENDINGS`.

    A table leaves out sources from which nothing is cited.

    Args:
        framework: in whose words the evidence is coded; a workbook offers them.
        published: goes into a workbook beside the evidence, and nowhere else.

    Raises:
        ArgumentError: a text is longer than a cell of a workbook can hold.
    """
    if ending == WORKBOOK:
        from peelrules.documents.workbook.writing import workbook_of  # only those who want a workbook wait for it

        return workbook_of(evidence, framework, published)
    return _OF_EVIDENCE[ending](evidence)


def converted_outcome(published: Published, ending: str) -> str:
    """What was published in the form of files that end so, one of `ENDINGS_OF_PUBLISHED`."""
    return _OF_BOTH[ending](published)
