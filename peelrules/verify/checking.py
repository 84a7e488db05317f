"""Every check of rulebooks and evidence at once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.rulebook import load_rulebook
from peelrules.verify.checks import Remark, Report
from peelrules.verify.evidence import check_evidence
from peelrules.verify.rulebook import check_rulebook


def check(paths: Iterable[str | Path] = (), rules: str | Path | None = None) -> Report:
    """Look over folders of rulebooks and files of evidence; by default the rulebook alone.

    Args:
        rules: the folder of the rulebook for the evidence; by default the bundled one.

    Raises:
        DocumentError: the rulebook for the evidence cannot be loaded.
    """
    places = list(dict.fromkeys(map(Path, paths))) or [Path(rules or bundled_rulebook())]
    return Report.of(map(str, places), _remarks(places, rules))


def _remarks(places: Iterable[Path], rules: str | Path | None) -> Iterator[Remark]:
    rulebook = None
    for place in places:
        if place.is_dir():
            yield from check_rulebook(place)
        else:
            rulebook = rulebook or load_rulebook(rules)
            yield from check_evidence(place, rulebook)
