"""The problems of a document as people read them: not too many, and no word too long."""

from collections.abc import Iterable

from peelrules.documents.limits import PROBLEMS
from peelrules.model.plain import cut
from peelrules.model.problems import Problem


def told(*checks: Iterable[Problem]) -> list[Problem]:
    """What several checks of a document find, in its order. If that is too much, the last says that there is more.

    Each check goes through the document from its beginning, and none is asked for more than is told.
    """
    most = PROBLEMS.most
    found: set[Problem] = set()
    for check in checks:
        own: set[Problem] = set()
        for problem in check:
            own.add(problem)
            if len(own) > most:
                break
        found |= own
    problems = sorted(found)
    if len(problems) > most:
        message = f"… and more problems from here on; mend these first, or set {PROBLEMS.variable} higher"
        problems[most:] = [problems[most]._replace(message=message)]
    return problems


def quoted(word: object) -> str:
    """A word of a document within a message, cut short if it is long."""
    return cut(str(word))
