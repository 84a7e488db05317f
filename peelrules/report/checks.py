"""What checks found: as text, as annotations of a pull request on GitHub, and what a check means."""

import textwrap
from collections import Counter
from collections.abc import Iterable

from peelrules.model.facts import counted
from peelrules.model.plain import plain, with_short_quotes
from peelrules.verify.checks import Check, Remark, Report, Severity


def text(report: Report) -> str:
    """A line for each remark, and a last one that counts them."""
    looked_at = ", ".join(map(plain, report.looked_at))
    inferred = (
        f"{plain(each.framework)}: {each.characteristics} of {each.of} characteristics are inferred"
        for each in report.inferred
    )
    lines = [*(str(remark.problem) for remark in report.remarks), *inferred, f"{_counted(report)} in {looked_at}"]
    return "\n".join(lines) + "\n"


def github(report: Report) -> str:
    """Workflow commands, which GitHub shows beside the lines that they are about."""
    return "".join(f"{_command(remark)}\n" for remark in report.remarks)


def explanation(check: Check, width: int = 80) -> str:
    """What a check means, with an example of what it finds."""
    parts = [f"{check.code} ({check.severity.value}): {check.title}", check.meaning]
    if check.remedy:
        parts.append(f"Remedy: {check.remedy}.")
    example = "\n".join(f"    {line}" for line in check.example.splitlines())
    wrapped = [textwrap.fill(part, width) for part in parts]
    return "\n\n".join([*wrapped, f"For example:\n\n{example}"]) + "\n"


def _counted(report: Report) -> str:
    return ", ".join(
        _number(kind, [remark.code for remark in report.of_severity(severity)])
        for severity, kind in ((Severity.FAULT, "fault"), (Severity.WARNING, "warning"))
    )


def _number(kind: str, codes: Iterable[str]) -> str:
    by_code = Counter(codes)
    number = by_code.total()
    which = f" ({', '.join(f'{count} {code}' for code, count in sorted(by_code.items()))})" if number else ""
    return f"{counted(number, kind) if number else f'no {kind}s'}{which}"


def _command(remark: Remark) -> str:
    level = {Severity.FAULT: "error", Severity.WARNING: "warning"}[remark.severity]
    properties = {"file": remark.file, "title": remark.code}
    if remark.line:
        properties |= {"line": str(remark.line), "col": str(remark.column)}
    words = f"{remark.where}: {remark.words}" if remark.where else remark.words
    written = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in properties.items())
    return f"::{level} {written}::{_escaped(with_short_quotes(words))}"


def _escaped(words: str, further: str = "") -> str:
    """Text without the characters that end a workflow command, or one of its properties."""
    words = "\n".join(map(plain, words.split("\n")))
    for character in f"%\r\n{further}":  # the percent sign first, for the others become one
        words = words.replace(character, f"%{ord(character):02X}")
    return words
