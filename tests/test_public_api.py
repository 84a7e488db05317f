import ast
import operator
import subprocess
import sys
from importlib import import_module
from importlib.metadata import version
from itertools import combinations, pairwise, permutations
from pathlib import Path

import pytest
from pydantic import ValidationError

import peelrules
from peelrules.model.base import Frozen
from peelrules.model.scales import (
    Concern,
    Direction,
    Extent,
    Grade,
    Gravity,
    Scale,
    Seriousness,
    State,
    Status,
)

# Every scale with its levels, lowest first.
SCALES = {
    Grade: ["inadequate", "requires improvement", "adequate", "good", "outstanding"],
    Status: ["not demonstrated", "partly demonstrated", "demonstrated", "exceeded"],
    Gravity: ["none", "minor", "moderate", "serious", "critical"],
    Concern: ["none", "area for improvement", "critical shortfall"],
    Seriousness: ["minor", "moderate", "serious", "critical"],
    Extent: ["isolated", "some", "frequent", "widespread"],
    Direction: ["strength", "neither", "shortfall"],
    State: ["remedied", "improving", "open"],
}
ORDERS = (operator.lt, operator.le, operator.gt, operator.ge)
MODELS = [
    "peelrules.model.agreement",
    "peelrules.model.assessment",
    "peelrules.model.crosswalk",
    "peelrules.model.evidence",
    "peelrules.model.facts",
    "peelrules.model.framework",
    "peelrules.model.national",
    "peelrules.model.published",
    "peelrules.model.rulebook",
    "peelrules.model.rules",
]


def models():
    for module in MODELS:
        for value in vars(import_module(module)).values():
            if isinstance(value, type) and issubclass(value, Frozen) and value.__module__ == module:
                yield value


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", peelrules.__all__)
def test_every_public_name_is_there(name):
    assert getattr(peelrules, name).__name__ == name
    assert getattr(peelrules, name).__doc__


def test_type_checkers_see_the_names_that_are_there():
    tree = ast.parse(Path(peelrules.__file__).read_text(encoding="utf-8"))
    [checked] = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {alias.name: node.module for node in checked.body for alias in node.names}
    assert seen == {name: getattr(peelrules, name).__module__ for name in peelrules.__all__}


def test_the_names_are_listed_once_and_in_order():
    assert dir(peelrules) == peelrules.__all__ == sorted(set(peelrules.__all__))


def test_a_star_imports_them_all():
    names = {}
    exec("from peelrules import *", names)  # noqa: S102
    assert names.keys() - {"__builtins__"} == set(peelrules.__all__)


def test_another_name_is_not_there():
    with pytest.raises(AttributeError, match="module 'peelrules' has no attribute 'marks'"):
        peelrules.marks  # noqa: B018


def test_the_version_is_that_of_what_is_installed():
    assert peelrules.__version__ == version("peelrules")


def test_importing_peelrules_imports_nothing_else_before_it_is_used():
    program = "import sys; before = set(sys.modules); import peelrules; print(*sorted(set(sys.modules) - before))"
    code = Path(peelrules.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=code)  # noqa: S603
    assert "peelrules" in done.stdout.split()
    assert not {name.split(".")[0] for name in done.stdout.split()} & {"pydantic", "yaml", "rich", "typer", "durable"}


# -- models ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_every_model_is_frozen_and_knows_its_fields(model):
    assert model.model_config["frozen"]
    assert model.model_config["extra"] == "forbid"


@pytest.mark.parametrize("get", ["rulebook", "lancashire", "assessment"])
def test_what_is_loaded_or_concluded_cannot_be_changed(get, request):
    model = request.getfixturevalue(get)
    for value in (model, *_first_items(model)):
        for field in type(value).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(value, field, None)


def _first_items(model):
    for _, value in model:
        if isinstance(value, Frozen):
            yield value
        elif isinstance(value, tuple) and value and isinstance(value[0], Frozen):
            yield value[0]


@pytest.mark.parametrize("get", ["lancashire", "assessment"])
def test_what_is_loaded_or_concluded_survives_json(get, request):
    model = request.getfixturevalue(get)
    assert type(model).model_validate_json(model.model_dump_json()) == model


# -- scales ---------------------------------------------------------------------------------------


def test_every_scale_is_looked_at_here():
    assert set(Scale.__subclasses__()) == set(SCALES)


@pytest.mark.parametrize(("scale", "words"), SCALES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_levels_stand_in_order(scale, words):
    levels = [scale(word) for word in words]
    assert [*scale] == levels
    assert [str(level) for level in levels] == words
    assert [level.rank for level in levels] == list(range(len(levels)))
    assert (scale.lowest(), scale.highest()) == (levels[0], levels[-1])


@pytest.mark.parametrize("scale", SCALES, ids=lambda scale: scale.__name__)
def test_levels_compare_by_rank(scale):
    for low, high in combinations(scale, 2):
        assert [order(low, high) for order in ORDERS] == [True, True, False, False]
        assert [order(high, low) for order in ORDERS] == [False, False, True, True]
        assert low != high
    for level in scale:
        assert [order(level, level) for order in ORDERS] == [False, True, False, True]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("other", ["good", 3, None, Status.DEMONSTRATED, Gravity.MODERATE])
def test_levels_compare_with_nothing_else(order, other):
    for one, another in permutations((Grade.GOOD, other)):
        with pytest.raises(TypeError):
            order(one, another)


def test_levels_of_two_scales_are_never_equal():
    assert Seriousness.MINOR != Gravity.MINOR
    assert Grade.GOOD != "good"


def test_grades_do_not_stand_in_alphabetical_order():
    assert any(low.value > high.value for low, high in pairwise(Grade))


def test_a_copy_keeps_nothing_that_was_derived_from_what_it_changes(rulebook):
    before = (rulebook.identity, rulebook.of_stage, rulebook.rule)
    bare = rulebook.model_copy(update={"rules": ()})
    assert bare.rule == {}
    assert not any(bare.of_stage.values())
    assert bare.identity != rulebook.identity
    assert before == (rulebook.identity, rulebook.of_stage, rulebook.rule)
