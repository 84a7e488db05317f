"""Every check of rulebooks and evidence at once."""

from collections.abc import Iterable
from pathlib import Path

from peelrules.documents.bundled import bundled_folder
from peelrules.documents.rulebook import load_rulebook
from peelrules.verify.checks import Report
from peelrules.verify.evidence import check_evidence
from peelrules.verify.rulebook import check_rulebook


def check(paths: Iterable[str | Path] = (), rules: str | Path | None = None) -> Report:
    """Look over folders of rulebooks and files of evidence; by default the rulebook alone.

    Args:
        paths: bundled rulebooks can be named by their ids.
        rules: the folder of the rulebook for the evidence, or the id of a bundled one; by default that of the framework
            that the evidence names.

    Raises:
        DocumentError: the rulebook for the evidence cannot be loaded.
    """
    named: list[str | Path | None] = [*dict.fromkeys(map(Path, paths))] or [rules]
    places = [bundled_folder(each) or Path(each or "") for each in named]
    rulebook = None if rules is None or all(place.is_dir() for place in places) else load_rulebook(rules)
    reports = [check_rulebook(place) if place.is_dir() else check_evidence(place, rulebook) for place in places]
    return Report.of(
        map(str, places),
        (remark for report in reports for remark in report.remarks),
        (inferred for report in reports for inferred in report.inferred),
    )
