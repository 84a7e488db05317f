"""From the values of a document to a model, with every fault placed and told in plain words."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from peelrules.documents.yaml import Document, Loc
from peelrules.model.problems import Problem

M = TypeVar("M", bound=BaseModel)

_SENTENCES = {
    "bool_type": "write `true` or `false`",
    "date_from_datetime_parsing": "write a date as 2022-10-31",
    "dict_type": "this should be a mapping of names to values",
    "int_type": "write a whole number",
    "float_type": "write a number",
    "list_type": "this should be a list",
    "mapping_type": "this should be a mapping of names to values",
    "model_type": "this should be a mapping of names to values",
    "model_attributes_type": "this should be a mapping of names to values",
    "string_type": "write text here; put it in quotes if it looks like a number",
    "tuple_type": "this should be a list; write `- ` before each entry, or [a, b]",
    "is_instance_of": "this should be a mapping of names to values",
    "string_too_short": "this is empty; write something",
}


def shaped(model: type[M], document: Document, loc: Loc = ()) -> tuple[M | None, list[Problem]]:
    """The value at *loc* as a model, or None and what is wrong with it."""
    value = document.value
    for part in loc:
        value = value[part]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, list(_problems(error, model, document, loc))


def _problems(error: ValidationError, model: type[BaseModel], document: Document, root: Loc) -> Iterator[Problem]:
    for fault in error.errors(include_url=False):
        loc = (*root, *fault["loc"])
        match fault["type"]:
            case "missing":
                yield document.problem(loc[:-1], f"`{loc[-1]}` is missing; add it")
            case "extra_forbidden":
                known = _fields(model, fault["loc"][:-1])
                message = f"there is no field `{loc[-1]}` here{or_did_you_mean(str(loc[-1]), known)}"
                yield document.problem(loc, message, at_key=True)
            case "enum" | "literal_error":
                known = _levels(fault["ctx"]["expected"])
                yield document.problem(loc, unknown("level", fault["input"], known))
            case "too_short" if len(fault["input"]) >= fault["ctx"]["min_length"]:
                continue  # only because its entries are faulty, which is told already
            case kind:
                yield document.problem(loc, _SENTENCES.get(kind) or _lower_first(fault["msg"]))


def unknown(kind: str, value: object, known: Collection[int | str]) -> str:
    """The message for a word that is not among the known ones, with the nearest or all of them."""
    if value is None:
        return f"a {kind} is missing here; write one of {', '.join(map(str, known))}"
    words = [str(word) for word in known]
    near = or_did_you_mean(str(value), words)
    choice = near or (f"; choose from {', '.join(words)}" if len(known) <= 12 else "")
    return f"there is no {kind} `{value}`{choice}"


def or_did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?` with the nearest known word, or nothing if none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


def _levels(expected: str) -> list[str]:
    return [word.strip("'") for word in expected.replace(" or ", ", ").split(", ")]


def _fields(model: type[BaseModel], loc: Loc) -> list[str]:
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
