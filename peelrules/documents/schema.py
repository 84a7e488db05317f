"""JSON Schemas of the documents that peelrules reads and of the result that it writes, for editors and programs.

A schema tells the fields of a document and the words that may stand in them. What has to hold among several fields,
such as that a shortfall has an extent, is told when the document is loaded.
"""

import ast
import inspect
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

from peelrules.documents.cases import Written
from peelrules.documents.crosswalk import WrittenCrosswalk
from peelrules.documents.extension import WrittenFramework
from peelrules.documents.layout import RULE_FILES
from peelrules.documents.written import name_of_test, written_count, written_rule
from peelrules.model.accounts import Accounts
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen, Name, Text
from peelrules.model.counts import read_of_members
from peelrules.model.evidence import Evidence
from peelrules.model.facts import OF_A_BEARING, SUBJECT, Fields, Harm, Stage
from peelrules.model.framework import Characteristic, CoreQuestion, Framework, Topic, Wording
from peelrules.model.national import National
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook

Schema = dict[str, Any]


class EvidenceFile(Frozen):
    """Evidence in a file of its own."""

    file: Text
    """The way to it from the folder of the case."""


def _in_part(model: type[Frozen], name: str, needed: Sequence[str] = (), **other: Any) -> Any:
    """A model of which only what is needed has to be given, and some fields are of other shapes."""
    shapes = {field: other.get(field, info.annotation) for field, info in model.model_fields.items()}
    fields: dict[str, Any] = {field: (shape, ... if field in needed else None) for field, shape in shapes.items()}
    return create_model(name, __base__=model, __doc__=model.__doc__, **fields)


_TOPIC = _in_part(
    Topic,
    "ExtendedTopic",
    ["title", "characteristics"],
    characteristics=Annotated[tuple[Name | Characteristic, ...], Field(min_length=1)],
)
_QUESTION = _in_part(
    CoreQuestion,
    "ExtendedQuestion",
    ["id"],
    topics=Annotated[tuple[_TOPIC, ...], Field(min_length=1)],  # type: ignore[valid-type]
)
_Extension = _in_part(
    WrittenFramework,
    "Extension",
    ["extends", "id", "title", "version"],
    extends=Text,
    wording=_in_part(Wording, "ExtendedWording"),
    core_questions=Annotated[tuple[Name | _QUESTION, ...], Field(min_length=1)],  # type: ignore[valid-type]
)
"""A framework that extends another, as it is written: only what differs, and bare ids for what does not."""


_STAGES = {Path(file).stem: stage for stage, file in RULE_FILES.items()}
_SHAPES: Mapping[str, Any] = {
    "assessment": Assessment | Annotated[list[Assessment], Field(min_length=2)],
    "evidence": Evidence,
    "published": Published,
    "published-grades": National,
    "case": create_model("Case", __base__=Written, evidence=(Evidence | EvidenceFile, ...)),
    "accounts": Accounts,
    "crosswalk": WrittenCrosswalk,
    "framework": Framework | _Extension,
}
KINDS = (*_SHAPES, "counts", *_STAGES)
"""What there are schemas of. Rules are named as the files of a rulebook are."""

_ABOUT = {
    "framework": "The framework of one inspection cycle, whole or as what differs from the one that it extends.",
    "assessment": "One assessment, or a list of several, as `peelrules grade --format json` writes them. Indicative.",
    "case": "Evidence, and what a rulebook is wanted to make of it.",
    "counts": "What is counted of characteristics and core questions, for rules to read.",
    **{name: f"Rules, each of which reads one {stage.value.replace('_', ' ')}." for name, stage in _STAGES.items()},
}
"""Descriptions of the kinds that are not a model with a docstring."""
_GROWS_WORSE = {Harm.WHEN_HIGHER: "Worse when higher.", Harm.WHEN_LOWER: "Worse when lower."}

_NAMING = {
    "Account": {"core_question": "core_question"},
    "Evidence": {"framework": "framework"},
    "Finding": {"bears_on": "characteristic_or_title", "strand": "strand", "method": "method"},
    "Published": {"framework": "framework", "grades": "core_question", "pending": "core_question"},
    "WrittenPair": {"to": "characteristic"},
    "PublishedGrades": {"grades": "core_question"},
    "PublishedItem": {"core_question": "core_question", "characteristic": "characteristic"},
    "Wanted": {
        **dict.fromkeys(("grades", "ceilings", "at_least"), "core_question"),
        **dict.fromkeys(
            ("statuses", "areas_for_improvement", "critical_shortfalls", "causes_of_concern"), "characteristic"
        ),
    },
}
"""The fields that name something of the framework, and what they name."""


def schema_of(kind: str, rulebook: Rulebook) -> Schema:
    """The JSON Schema of one of the kinds, with the names that the rulebook's framework gives to things.

    An assessment may be of any rulebook, and a framework gives its own names; their schemas are always the same.
    """
    mode: JsonSchemaMode = "serialization" if kind == "assessment" else "validation"
    schema = TypeAdapter(_shape(kind, rulebook)).json_schema(mode=mode, schema_generator=_Documented)
    definitions: Schema = schema.pop("$defs", {})
    if mode == "validation":
        shapes = {**definitions, schema.get("title", ""): schema}
        definitions |= _named(shapes, {**_NAMING, **_naming_in(shapes)}, rulebook.framework)
        for prefix, read in _read(kind, rulebook).items():
            _tell_what_is_read(shapes, prefix, read)
        _allow_what_people_write(shapes)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:peelrules:{version('peelrules')}:{kind}",
        **schema,
        "title": kind.replace("-", " ").capitalize(),
        "description": _ABOUT.get(kind) or schema.get("description", ""),
        "$defs": definitions,
    }


def _shape(kind: str, rulebook: Rulebook) -> Any:
    if kind in _STAGES:
        return list[written_rule(_STAGES[kind], rulebook.fields[_STAGES[kind]])]  # type: ignore[misc]
    if kind == "counts":
        lists: dict[str, Any] = {}
        for stage in SUBJECT:
            shape: Any = written_count(stage, _members(stage, rulebook))
            lists[stage.value] = (list[shape], [])
        return create_model("Counts", __base__=Frozen, **lists)
    return _SHAPES[kind]


def _members(stage: Stage, rulebook: Rulebook) -> Fields:
    return read_of_members(stage, rulebook.fields[Stage.CHARACTERISTIC])


def _read(kind: str, rulebook: Rulebook) -> Mapping[str, Fields]:
    """The fields that may be read in shapes whose names begin so."""
    if kind == "counts":
        return {"".join(p.capitalize() for p in s.value.split("_")): _members(s, rulebook) for s in SUBJECT}
    return {"": rulebook.fields[_STAGES[kind]]} if kind in _STAGES else {}


class _Documented(GenerateJsonSchema):
    """Says of each model and field what its docstring says, and nothing that its name says already."""

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        shape = self._described(super().model_schema(schema), schema["cls"])
        fields = schema["cls"].model_fields
        for name, words in _said_of_fields(schema["cls"]).items():
            written = fields[name].alias or name if name in fields else name
            if written in shape["properties"]:
                shape["properties"][written]["description"] = words
        return shape

    def enum_schema(self, schema: core_schema.EnumSchema) -> Schema:
        return self._described(super().enum_schema(schema), schema["cls"])

    def _described(self, shape: Schema, about: type) -> Schema:
        ours = (each for each in about.__mro__ if each.__module__.startswith("peelrules.") and each is not Frozen)
        homes = (_docstrings(each.__module__).get(each.__name__, {}) for each in ours)
        words = next((home[""] for home in homes if home.get("")), None)
        return {"description": words, **shape} if words else shape

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> Schema:
        shape = super().default_schema(schema)
        return {key: value for key, value in shape.items() if (key, value) != ("default", None)}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)


# -- what is said of fields -------------------------------------------------------------------------


def _said_of_fields(model: type[BaseModel]) -> dict[str, str]:
    """The docstring below each field of a model that has one."""
    homes = [_docstrings(each.__module__).get(each.__name__, {}) for each in model.__mro__ if issubclass(each, Frozen)]
    return {name: words for home in reversed(homes) for name, words in home.items()}


@cache
def _docstrings(module: str) -> Mapping[str, Mapping[str, str]]:
    """The docstrings of each class of a module, and by name those below its fields.

    From the source: Python does not keep those of fields, and with the option -OO none.
    """
    source = inspect.getsource(sys.modules[module])
    return {
        each.name: {"": ast.get_docstring(each) or ""}
        | {
            field.target.id: " ".join(below.value.value.split())
            for field, below in pairwise(each.body)
            if isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        }
        for each in ast.parse(source).body
        if isinstance(each, ast.ClassDef)
    }


def _tell_what_is_read(shapes: Mapping[str, Schema], prefix: str, read: Fields) -> None:
    """Say of each field that may be read what it is, and which way it grows worse."""
    for name, field in read.items():
        words = field.says or f"{field.title[:1].upper()}{field.title[1:]}."
        told = f"{words} {_GROWS_WORSE.get(field.harm, '')}".rstrip()
        for shape in shapes.values():
            title = shape.get("title", "")
            if title.startswith(prefix) and title.endswith(("When", "Given")):
                shape["properties"][name]["description"] = told


# -- names of the framework -------------------------------------------------------------------------


def _naming_in(shapes: Mapping[str, Schema]) -> dict[str, dict[str, str]]:
    """The fields of facts and members that name something, and what may be named where they are compared."""
    named = {field.name: field for field in (*SUBJECT.values(), OF_A_BEARING["strand"])}
    compared = {name_of_test(field): dict.fromkeys(("is", "one_of"), name) for name, field in named.items()}
    given = {title: {n: n for n in named if n in s["properties"]} for title, s in shapes.items() if "Given" in title}
    return {**compared, **given}


def _named(shapes: Mapping[str, Schema], naming: Mapping[str, Mapping[str, str]], framework: Framework) -> Schema:
    """Restrict the fields that name something to the names there are; gives the definitions of those."""
    characteristics = {id_: characteristic.title for id_, characteristic in framework.characteristics.items()}
    titles = {title: id_ for id_, title in characteristics.items() if framework.meant_by(title) == (id_,)}
    known = {
        "framework": {framework.id: framework.title},
        "core_question": {question.id: question.title for question in framework.core_questions},
        "characteristic": characteristics,
        "characteristic_or_title": {**characteristics, **titles},
        "strand": framework.strands,
        "method": framework.methods,
    }
    used = set()
    for model, fields in naming.items():
        for field, what in fields.items():
            if model in shapes:
                properties = shapes[model]["properties"]
                properties[field] = _restricted(properties[field], {"$ref": f"#/$defs/{what}"})
                used.add(what)
    return {
        what: {"type": "string", "enum": list(names), "enumDescriptions": list(names.values())}
        for what, names in known.items()
        if what in used
    }


def _restricted(shape: Schema, names: Schema) -> Schema:
    """A shape of text with names in its place: of one, of a list of them, or of a mapping by them."""
    if "anyOf" in shape:
        return {**shape, "anyOf": [_restricted(each, names) for each in shape["anyOf"]]}
    match shape.get("type"):
        case "array":
            return {**shape, "items": names}
        case "object":
            return {**shape, "propertyNames": names}
        case "string":
            return {**names, "description": shape["description"]} if "description" in shape else names
    return shape


# -- what people write ------------------------------------------------------------------------------


def _allow_what_people_write(shapes: Mapping[str, Schema]) -> None:
    """Allow what the models make something else of before they look at it."""
    for shape in shapes.values():
        properties = shape.get("properties", {})
        if "paragraph" in properties:
            properties["paragraph"]["anyOf"].append({"type": "integer"})
        if "when" in properties:
            one, several = properties["when"]["items"], properties["when"]
            properties["when"] = {"anyOf": [one, several], "description": several.pop("description")}
        if "is" in properties:
            mapping = dict(shape)
            shape.clear()
            shape["anyOf"] = [properties["is"], mapping]
