"""From the values of a document to a model, with every fault placed and told in plain words."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from peelrules.documents.yaml import Document, Loc, Place
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
    "^[a-z": "write it in lower case, with words joined by `-` and parts by `.`",
    "^[A-Z": "write it without spaces: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit",
}
_MANY = 12
"""Names that are still listed when none of them is near."""


def shaped(model: type[M], document: Document, loc: Loc = ()) -> tuple[M | None, list[Problem]]:
    """The value at *loc* as a model, or None and what is wrong with it."""
    value = document.value
    for part in loc:
        value = value[part]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        told = {Place(fault.line, fault.column) for fault in document.faults}
        problems = _problems(error, model, document, loc)
        return None, [p for p in problems if Place(p.line, p.column) not in told]


def unknown(kind: str, value: object, known: Collection[object], otherwise: str = "", where: str = "") -> str:
    """The message for a word that is not known: with the nearest one, with all if they are few, or *otherwise*."""
    words = [str(word) for word in known]
    if value is None:
        return f"a {kind} is missing here; write one of {', '.join(words)}"
    few = f"; choose from {', '.join(words)}" if len(words) <= _MANY else otherwise
    place = f" {where}" if where else ""
    return f"there is no {kind} `{value}`{place}{or_did_you_mean(str(value), words) or few}"


def or_did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?` with the nearest known word, or nothing if none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def _problems(error: ValidationError, model: type[BaseModel], document: Document, root: Loc) -> Iterator[Problem]:
    faults = error.errors(include_url=False)
    misspelt = {
        (*fault["loc"][:-1], near[0])
        for fault in faults
        if fault["type"] == "extra_forbidden"
        and (near := get_close_matches(str(fault["loc"][-1]), _fields(model, fault["loc"][:-1]), n=1, cutoff=0.6))
    }
    for fault in faults:
        loc, context = (*root, *fault["loc"]), fault.get("ctx", {})
        match fault["type"]:
            case "missing":
                if fault["loc"] not in misspelt:  # then it is told at the misspelt name
                    yield document.problem(loc[:-1], f"`{loc[-1]}` is missing; add it")
            case "extra_forbidden":
                known = _fields(model, fault["loc"][:-1])
                yield document.problem(loc, unknown("field", loc[-1], known, "; remove it", "here"), at_key=True)
            case "enum" | "literal_error":
                key = loc[-1] == "[key]"
                message = unknown("level", fault["input"], _levels(context["expected"]))
                yield document.problem(loc[:-1] if key else loc, message, at_key=key)
            case "coding":
                at = (*loc, context["at"]) if context["at"] else loc
                yield document.problem(at, context["message"], at_key=bool(context["at"]))
            case "model_type" | "model_attributes_type":
                first = next(iter(_fields(model, fault["loc"])), "")
                yield document.problem(loc, f"this should be fields with values, beginning with `{first}: …`")
            case "too_short" if len(fault["input"]) >= context["min_length"]:
                continue  # only because its entries are faulty, which is told already
            case kind:
                yield document.problem(loc, _sentence(kind, fault["input"], context) or _lower_first(fault["msg"]))


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
