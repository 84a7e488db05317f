"""Evidence, and what was published, written in another form."""

from collections.abc import Callable, Mapping
from typing import Any

from peelrules.documents import csv
from peelrules.documents.rewriting import written
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.published import Published

WORKBOOK = ".xlsx"


def _plain(model: Evidence | Published) -> dict[str, Any]:
    """What has to be written of a model for it to be read again."""
    return model.model_dump(mode="json", exclude_defaults=True)


def _json(model: Evidence | Published) -> str:
    return model.model_dump_json(exclude_defaults=True, indent=2) + "\n"


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    ".yaml": lambda model: written(_plain(model)),
    ".yml": lambda model: written(_plain(model)),
    ".json": _json,
    ".csv": csv.written,
}
ENDINGS = (*_TEXTS, WORKBOOK)
"""How the names of files end that evidence can be written to."""
OF_PUBLISHED = (".yaml", ".yml", ".json")
"""And those for what was published, without evidence."""


def converted(
    given: Evidence | Published, ending: str, framework: Framework, published: Published | None = None
) -> str | bytes:
    """Evidence in the form of files that end so, one of `ENDINGS`; what was published alone, one of `OF_PUBLISHED`.

    A table leaves out sources from which nothing is cited, and what was published stands in workbooks only.

    Args:
        published: goes into a workbook beside the evidence.
    """
    if ending == WORKBOOK and isinstance(given, Evidence):
        from peelrules.documents.workbook.writing import workbook_of  # only those who want a workbook wait for it

        return workbook_of(given, framework, published)
    return _TEXTS[ending](given)
