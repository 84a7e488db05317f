"""Faults in documents, and the exceptions that callers see.

`PeelrulesError` is the root: `DocumentError` says that a document is faulty and carries every problem
found, `EvidenceError` that evidence built in Python does not fit the rulebook, `ArgumentError` and
`UnknownNameError` that a function was asked for what it cannot give, `EngineError` that the rules could
not be run, which is never a fault of the evidence.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from peelrules.model.plain import plain, with_short_quotes

_FEW = 20
"""So many names are all told where none is near."""


class Problem(NamedTuple):
    """One fault in a document: where it stands and what to do about it."""

    file: str
    line: int
    """Counted from 1; 0 when the fault is the file itself."""
    column: int
    message: str
    where: str = ""
    """Where it stands in the words of the format, where these are not line and column: `Findings!D14` in a workbook,
    `14:bears_on` in a table, `findings[3].strand` in values of Python."""

    @property
    def stands(self) -> str:
        """Where it stands in its file, as a sentence has it."""
        has_lines = self.where.partition(":")[0] in ("", str(self.line))
        return f"on line {self.line}" if has_lines else f"in {self.where}"

    @property
    def told(self) -> str:
        """The message in one line of plain text, whatever words the document has."""
        return plain(with_short_quotes(self.message))

    def __str__(self) -> str:
        """The problem in one line of plain text, whatever the file is called and whatever words it has."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        if self.where:
            place = f"{self.file}{'!' if '!' in self.where else ':'}{self.where}"
        return f"{plain(place)}: {self.told}"


class PeelrulesError(Exception):
    """Anything that peelrules raises on purpose."""

    @property
    def details(self) -> list[dict[str, str | int]]:
        """Each fault as plain data, as a web service answers in JSON: `message`, and where it stands.

        Of a fault of a document that is `file`, `line`, `column` and `where`, as a `Problem` has them.
        """
        return [{"message": str(self)}]


class DocumentError(PeelrulesError):
    """One or more documents are faulty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(tuple(sorted(set(problems))))

    @property
    def problems(self) -> tuple[Problem, ...]:
        problems: tuple[Problem, ...] = self.args[0]
        return problems

    @property
    def details(self) -> list[dict[str, str | int]]:
        return [{**problem._asdict(), "message": problem.told} for problem in self.problems]

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class EvidenceError(PeelrulesError, ValueError):
    """Evidence names what the rulebook, or its own sources, do not have."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__(tuple(faults))

    @property
    def faults(self) -> tuple[str, ...]:
        faults: tuple[str, ...] = self.args[0]
        return faults

    @property
    def details(self) -> list[dict[str, str | int]]:
        return [{"message": fault} for fault in self.faults]

    def __str__(self) -> str:
        return "\n".join(self.faults)


class ArgumentError(PeelrulesError, ValueError):
    """A function was asked for something that it cannot do, in arguments that are no document."""


class UnknownNameError(PeelrulesError, KeyError):
    """There is nothing of the name that was asked for."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(kind, name, tuple(known))

    def __str__(self) -> str:
        kind, name, known = self.args
        near = get_close_matches(str(name), known, n=1, cutoff=0.6)
        few = f"; choose from {', '.join(known)}" if len(known) <= _FEW else ""
        return plain(
            with_short_quotes(f"there is no {kind} `{name}`" + (f"; did you mean `{near[0]}`?" if near else few))
        )


class EngineError(PeelrulesError):
    """The rules engine is missing or did not do what was asked of it."""
