"""From the values of a document to a model, with every fault placed and told in plain words."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from peelrules.documents.limits import PROBLEMS
from peelrules.documents.places import Loc
from peelrules.documents.slips import several_in_one
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document
from peelrules.model.problems import Problem

M = TypeVar("M", bound=BaseModel)

_SHARE = "write a share as a number from 0 to 1, such as 0.852 for 85.2%"
_EMPTY = "this is empty; write something"
_MAPPING = "this should be a mapping of names to values"
_LIST = "this should be a list; write `- ` before each entry, or [a, b]"
_SENTENCES = {
    "bool_type": "write `true` or `false`",
    "dict_type": _MAPPING,
    "finite_number": _SHARE,
    "float_type": _SHARE,
    "int_type": "write a whole number",
    "list_type": _LIST,
    "mapping_type": _MAPPING,
    "string_type": "write text here; put it in quotes if it looks like a number",
    "tuple_type": _LIST,
}
_PATTERNS = {
    "^[a-z][": "write it in lower case, with words joined by `_`",
    "^[a-z": "write it in lower case, with words joined by `-` and parts by `.`",
    "^[A-Z": "write it without spaces: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit",
}
_MANY = 12
"""Names that are still listed when none of them is near."""
_PATIENCE = 12_000_000
"""Pairs of characters that are compared for the nearest words; it takes up to half a second."""


def shaped(model: type[M], document: Document, loc: Loc = ()) -> tuple[M | None, list[Problem]]:
    """The value at *loc* as a model, or None and what is wrong with it."""
    value = document.value
    for part in loc:
        value = value[part]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        if error.error_count() > 10 * PROBLEMS.most:  # a list of them would take more memory than the document
            return None, [document.problem(loc, f"there are {error.error_count():,} problems in this; write it anew")]
        problems = _problems(error, model, document, loc)
        return None, told(p for p in problems if p._replace(message="") not in document.faulty)


class Words:
    """The words of one kind that are known, and what to say of others."""

    def __init__(self, kind: str, known: Collection[object], otherwise: str = "") -> None:
        self._kind = kind
        self._known = [str(word) for word in known]
        few = f"; choose from {', '.join(map(quoted, self._known))}" if len(self._known) <= _MANY else otherwise
        self._otherwise = few
        self._nearest: dict[str, str] = {}
        self._patience = _PATIENCE

    def unknown(self, value: object, where: str = "") -> str:
        """The message for a word: with the nearest known one, with all if they are few, or what to do otherwise."""
        if value is None:
            return f"a {self._kind} is missing here; write one of {', '.join(self._known)}"
        if several := several_in_one(self._kind, str(value), self._known):
            return several
        near = self.nearest(str(value))
        remedy = f"; did you mean `{near}`?" if near else self._otherwise
        return f"there is no {self._kind} `{quoted(value)}`{f' {where}' if where else ''}{remedy}"

    def nearest(self, word: str) -> str:
        """The nearest known word; nothing if none is near, or if so many were compared that it would take long."""
        if word in self._known:
            return word
        if word not in self._nearest and self._patience > 0:
            self._patience -= len(word) * sum(map(len, self._known))
            near = get_close_matches(word, self._known, n=1, cutoff=0.6) if self._patience > 0 else ()
            self._nearest[word] = next(iter(near), "")
        return self._nearest.get(word, "")


def unknown(kind: str, value: object, known: Collection[object], otherwise: str = "", where: str = "") -> str:
    """The message for a word that is not known: with the nearest one, with all if they are few, or *otherwise*."""
    return Words(kind, known, otherwise).unknown(value, where)


def or_did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?` with the nearest known word, or nothing if none is near."""
    near = Words("", known).nearest(word)
    return f"; did you mean `{near}`?" if near else ""


def _problems(error: ValidationError, model: type[BaseModel], document: Document, root: Loc) -> Iterator[Problem]:
    fields: dict[tuple[str, ...], Words] = {}

    def words(loc: Loc) -> Words:
        known = tuple(_fields(model, loc))
        return fields.setdefault(known, Words("field", known, "; remove it"))

    for fault in error.errors(include_url=False):
        loc, context = (*root, *fault["loc"]), fault.get("ctx", {})
        match fault["type"]:
            case "missing":
                known = words(fault["loc"][:-1])
                if not any(known.nearest(str(name)) == loc[-1] for name in fault["input"]):
                    yield document.problem(loc, f"`{loc[-1]}` is missing; add it")
                # else it is told at the misspelt name
            case "extra_forbidden":
                message = words(fault["loc"][:-1]).unknown(loc[-1], "here")
                yield document.problem(loc, message, at_key=True)
            case "enum" | "literal_error":
                key = loc[-1] == "[key]"
                kind = "level" if fault["type"] == "enum" else "word"
                message = unknown(kind, fault["input"], _levels(context["expected"]))
                yield document.problem(loc[:-1] if key else loc, message, at_key=key)
            case "coding":
                at = (*loc, context["at"]) if context["at"] else loc
                yield document.problem(at, context["message"], at_key=bool(context["at"]))
            case "model_type" | "model_attributes_type":
                first = next(iter(_fields(model, fault["loc"])), "")
                yield document.problem(loc, f"this should be fields with values, beginning with `{first}: …`")
            case "too_short" if len(fault["input"]) >= context["min_length"]:
                continue  # only because its entries are faulty, which is told already
            case other:
                yield document.problem(loc, _sentence(other, fault["input"], context) or _lower_first(fault["msg"]))


def _sentence(kind: str, value: object, context: Mapping[str, Any]) -> str | None:
    """What to do about a value that is not as it should be."""
    match kind:
        case "string_type" if value is None:
            return _EMPTY
        case "string_too_short":
            least = context["min_length"]
            return f"this is too short; write at least {least} characters" if least > 1 else _EMPTY
        case "string_too_long":
            return f"write at most {context['max_length']} characters"
        case "string_pattern_mismatch":
            return next((words for start, words in _PATTERNS.items() if context["pattern"].startswith(start)), None)
        case "too_short":
            least = context["min_length"]
            return "this is empty; write at least one entry" if least == 1 else f"write at least {least} entries"
        case "greater_than_equal":
            return _SHARE if isinstance(value, float) else f"write {context['ge']} or more"
        case "less_than_equal":
            return _SHARE if context["le"] == 1 else f"write {context['le']} or less"
    return _SENTENCES.get(kind)


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


def _levels(expected: str) -> list[str]:
    return [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]


def _fields(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The names of the fields that a mapping at *loc* of a model may have."""
    current = model
    for part in loc:
        if isinstance(part, str) and (field := _named(current).get(part)) is not None:
            current = next(_models(field), current)
    return list(_named(current))


def _named(model: type[BaseModel]) -> Mapping[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models within an annotation such as `tuple[Finding, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and not issubclass(annotation, Enum):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)
