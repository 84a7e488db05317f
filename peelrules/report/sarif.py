"""What checks found as SARIF 2.1.0, the format in which code hosts and editors take up such results."""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from peelrules.model.plain import plain, with_short_quotes
from peelrules.report.json import dumped
from peelrules.verify.checks import CHECKS, Check, Remark, Report, Severity

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.FAULT: "error", Severity.WARNING: "warning"}


def render(report: Report) -> str:
    """One run with every check and every remark."""
    driver = {"name": "peelrules", "version": version("peelrules"), "rules": [_rule(c) for c in CHECKS.values()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(remark) for remark in report.remarks],
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(check: Check) -> dict[str, Any]:
    return {
        "id": check.code,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.meaning},
        "help": {"text": f"{check.meaning}\n\nFor example:\n\n{check.example}"},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
    }


def _result(remark: Remark) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(remark.file)}}
    located: dict[str, Any] = {"physicalLocation": place}
    if remark.where:
        located["logicalLocations"] = [{"fullyQualifiedName": remark.where}]
    elif remark.line:
        place["region"] = {"startLine": remark.line, "startColumn": remark.column}
    return {
        "ruleId": remark.code,
        "ruleIndex": list(CHECKS).index(remark.code),
        "level": _LEVELS[remark.severity],
        "message": {"text": _text(remark.words)},
        "locations": [located],
    }


def _text(words: str) -> str:
    """Words in a message, in which brackets before parentheses would be a link."""
    return plain(with_short_quotes(words)).replace("](", "\\](")


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))
