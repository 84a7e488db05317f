"""Made-up frameworks of the same matters, cut into characteristics in different ways, and crosswalks between them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from strategies import bundled

from peelrules.model.crosswalk import Crosswalk, Pair
from peelrules.model.framework import Framework

MATTERS = 6  # of each characteristic of the first framework, so that it can be split twice
STRANDS = ("fieldwork", "force data", "observations")
METHODS = ("interview", "audit")


class Cycle(NamedTuple):
    """A framework, and which matters each of its characteristics is about."""

    framework: Framework
    matters: Mapping[str, frozenset[str]]


def framework_of(
    name: str, characteristics: Sequence[str], strands: Sequence[str] = STRANDS, methods: Sequence[str] = METHODS
) -> Framework:
    """A framework of one question."""
    written: dict[str, Any] = {
        **bundled().framework.model_dump(mode="json"),  # with the sources that the bundled rules cite
        "id": name,
        "title": name.upper(),
        "version": "1",
        "strands": dict.fromkeys(strands, "A line of evidence"),
        "methods": dict.fromkeys(methods, "A method"),
        "core_questions": [
            {
                "id": "calls",
                "title": "Answering calls",
                "name": "Calls",
                "reporting": "graded",
                "topics": [
                    {
                        "title": "All of it",
                        "characteristics": [
                            {
                                "id": characteristic,
                                "title": f"Title of {characteristic}",
                                "text": f"Text of {characteristic}",
                                "role": "service",
                                "source": {"document": "ours", "clause": "1"},
                            }
                            for characteristic in characteristics
                        ],
                    }
                ],
            }
        ],
    }
    return Framework.model_validate(written)


def first_cycle(most: int = 6) -> st.SearchStrategy[Cycle]:
    """A framework of a few characteristics, each of which is about matters of its own."""

    def cycle(size: int) -> Cycle:
        names = [f"one.{number}" for number in range(size)]
        matters = {name: frozenset(f"{name}/{m}" for m in range(MATTERS)) for name in names}
        return Cycle(framework_of("one", names), matters)

    return st.integers(1, most).map(cycle)


@st.composite
def next_cycle(draw: st.DrawFn, before: Cycle, name: str) -> tuple[Cycle, Crosswalk]:
    """The framework after another, in which everything may have become something else, and how it did."""
    left = list(draw(st.permutations(list(before.matters))))
    matters: dict[str, frozenset[str]] = {}
    pairs: list[Pair] = []

    def named(covers: frozenset[str]) -> str:
        matters[f"{name}.{len(matters)}"] = covers
        return list(matters)[-1]

    while left:
        old = left.pop()
        covered = sorted(before.matters[old])
        match draw(st.sampled_from(["kept", "same", "split", "merged", "gone"])):
            case "kept":
                matters[old] = before.matters[old]  # word for word, and so in no pair
            case "split" if len(covered) > 1:
                at = draw(st.integers(1, len(covered) - 1))
                parts = [named(frozenset(part)) for part in (covered[:at], covered[at:])]
                pairs.append(Pair.between([old], parts, draw(_notes(old))))
            case "merged" if left:
                olds = [old, *(left.pop() for _ in range(draw(st.integers(1, min(2, len(left))))))]
                whole = frozenset(matter for each in olds for matter in before.matters[each])
                pairs.append(Pair.between(olds, [named(whole)], draw(_notes(old))))
            case "gone":
                pairs.append(Pair.between([old], [], draw(_notes(old))))
            case _:
                pairs.append(Pair.between([old], [named(before.matters[old])], draw(_notes(old))))
    for _ in range(draw(st.integers(0 if matters else 1, 2))):
        new = named(frozenset(f"{name}.{len(matters)}/{m}" for m in range(MATTERS)))
        pairs.append(Pair.between([], [new]))
    framework = framework_of(name, draw(st.permutations(list(matters))), draw(_some(STRANDS)), draw(_some(METHODS)))
    return Cycle(framework, matters), Crosswalk.between(before.framework, framework, pairs)


def _notes(about: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.just(f"About {about}"), max_size=1)


def _some(names: Sequence[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=1, unique=True)
