"""How large a document may be, so that none can hang peelrules or fill the memory.

Each limit is far above what inspections need. The environment can raise it, and never lower it:
`PEELRULES_MAX_FINDINGS=100000 peelrules grade …`.
"""

import os
from typing import NamedTuple

from peelrules.model.problems import DocumentError, Problem


class Limit(NamedTuple):
    """The most of something that is read."""

    name: str
    default: int
    of: str
    """What is counted, in words."""

    @property
    def variable(self) -> str:
        """The variable of the environment that raises the limit."""
        return f"PEELRULES_MAX_{self.name}"

    @property
    def most(self) -> int:
        """The limit itself, included in what is read.

        Raises:
            DocumentError: the variable holds something else than a whole number.
        """
        given = os.environ.get(self.variable, "")
        if given and not (given.isascii() and given.isdigit() and len(given) <= 18):
            message = f"`{given[:30]}` is no limit; write a whole number, or leave the variable out"
            raise DocumentError([Problem(self.variable, 0, 0, message)])
        return max(self.default, int(given or 0))

    @property
    def exceeded(self) -> str:
        """What to tell of a document that has more."""
        return f"more than {self.most:,} {self.of}; use less, or set {self.variable} higher"


BYTES = Limit("BYTES", 10_000_000, "bytes in a file")
UNPACKED = Limit("UNPACKED", 2_000_000_000, "bytes in a table once it is unpacked")
WORKBOOK = Limit("WORKBOOK", 100_000_000, "bytes in a workbook once it is unpacked")
GROUP = Limit("GROUP", 200_000_000, "bytes in a row group of a table once it is unpacked")
VALUES = Limit("VALUES", 300_000, "values and keys in a file")
DEPTH = Limit("DEPTH", 30, "levels of nesting")
FINDINGS = Limit("FINDINGS", 10_000, "findings of one inspection")
SOURCES = Limit("SOURCES", 1_000, "sources of one inspection")
RULES = Limit("RULES", 1_000, "rules in a file")
CHARACTERS = Limit("CHARACTERS", 4_000, "characters in one text")
DIGITS = Limit("DIGITS", 18, "digits in a number")
PROBLEMS = Limit("PROBLEMS", 1_000, "problems in a document that are told one by one")

LIMITS = (BYTES, UNPACKED, WORKBOOK, GROUP, VALUES, DEPTH, FINDINGS, SOURCES, RULES, CHARACTERS, DIGITS, PROBLEMS)
