"""Several documents read as one undertaking: the faults of all are told together."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from peelrules.model.problems import DocumentError, Problem

T = TypeVar("T")


def attempted(loads: Iterable[Callable[[], T]]) -> tuple[list[T], list[Problem]]:
    """What each gives, where it is sound, and the problems of the others."""
    loaded: list[T] = []
    problems: list[Problem] = []
    for load in loads:
        try:
            loaded.append(load())
        except DocumentError as error:
            problems += error.problems
    return loaded, problems


def all_sound(loads: Iterable[Callable[[], T]]) -> list[T]:
    """What each gives.

    Raises:
        DocumentError: with the problems of all that are faulty.
    """
    loaded, problems = attempted(loads)
    if problems:
        raise DocumentError(problems)
    return loaded
