"""What a program in Python meets: nouns that are built, shown and turned into frames, and errors with their details."""

import ast
import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import peelrules
from peelrules.model.assessment import CriticalShortfall

ROOT = Path(__file__).parents[1]
CODED = {
    "id": "A-1",
    "finding": "Calls are answered late.",
    "bears_on": ["responding.call-answering"],
    "direction": "shortfall",
    "seriousness": "moderate",
    "extent": "some",
    "state": "open",
    "strand": "fieldwork",
    "source": {"document": "report", "section": "Responding", "paragraph": 2},
}


def test_findings_are_built_from_words_and_lists_as_from_levels_and_nouns():
    built = peelrules.Finding(
        **{
            **CODED,
            "bears_on": ("responding.call-answering",),
            "direction": peelrules.Direction.SHORTFALL,
            "seriousness": peelrules.Seriousness.MODERATE,
            "extent": peelrules.Extent.SOME,
            "state": peelrules.State.OPEN,
            "source": peelrules.Citation(document="report", section="Responding", paragraph="2"),
        }
    )
    assert peelrules.Finding(**CODED) == built


@pytest.mark.parametrize("noun", [peelrules.Citation, peelrules.Evidence, peelrules.Finding], ids=lambda n: n.__name__)
def test_type_checkers_are_told_every_field_of_a_noun_and_its_default(noun):
    [told] = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(noun)))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    defaults = [default and ast.unparse(default) for default in told.args.kw_defaults]
    fields = {n: None if f.is_required() else repr(f.default) for n, f in noun.model_fields.items()}
    assert dict(zip((each.arg for each in told.args.kwonlyargs), defaults, strict=True)) == fields


PROGRAM = """
import peelrules
from peelrules import Citation, Direction, Evidence, Finding, Sample, Work

work = Work(title="A report", publisher="HMICFRS")
late = Finding(
    id="A-1",
    finding="Calls are answered late.",
    bears_on=["responding.call-answering"],
    direction="shortfall",
    seriousness="moderate",
    extent="some",
    state="open",
    strand="fieldwork",
    source={"document": "report", "section": "Responding", "paragraph": 2},
)
word: str = "strength"
good = Finding(
    id="A-2",
    finding="Calls are answered.",
    bears_on=("responding.call-answering",),
    direction=word,
    strand="fieldwork",
    source=Citation(document="report", section="Responding", paragraph=3),
)
some = Finding(
    id="A-3",
    finding="Half of the calls.",
    bears_on=["responding.call-answering"],
    sample=Sample(met=1, of=2),
    seriousness="minor",
    state="open",
    strand="fieldwork",
    source=Citation(document="report", section="Responding"),
)
evidence = Evidence(force="Anyshire", framework="peel-2021-22", sources={"report": work}, findings=[late, good, some])
direction: Direction | None = late.direction
rulebook = peelrules.load_rulebook()
assessment = peelrules.grade(evidence, rulebook)
pages: list[str] = [peelrules.html_report(assessment, rulebook), peelrules.text_report([assessment, assessment])]
height: int = assessment.to_frame().height
about: str = peelrules.__version__
"""


@pytest.mark.slow
def test_words_and_lists_pass_the_strictest_type_check_of_others(tmp_path):
    pytest.importorskip("mypy")
    file, code = tmp_path / "program.py", Path(peelrules.__file__).parents[1]
    wrong = 'Finding(id="A-4", findin="Calls.", bears_on="responding.advice", direction=3)\n'
    file.write_text(f"{PROGRAM}{wrong}")
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", str(file)]
    found = {} if "site-packages" in code.parts else {"MYPYPATH": str(code)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **found})  # noqa: S603
    told = [line.split(": error: ") for line in done.stdout.splitlines() if ": error: " in line]
    assert {place for place, _ in told} == {f"program.py:{PROGRAM.count(chr(10)) + 1}"}, done.stdout
    assert {rule.rpartition("  ")[2] for _, rule in told} == {"[call-arg]", "[arg-type]"}


# -- as they are shown -----------------------------------------------------------------------------


def test_nouns_are_shown_in_a_line(rulebook, lancashire, assessment):
    shown = [
        (lancashire, "<Evidence of Lancashire Constabulary, PEEL 2021/22: 265 findings>"),
        (assessment, "<Assessment of Lancashire Constabulary, PEEL 2021/22: 8 of 12 questions graded (indicative)>"),
        (assessment.judgment("responding"), "<Judgment of responding: adequate (indicative)>"),
        (
            assessment.judgment("organised-crime"),
            "<Judgment of organised-crime: inspected and reported separately (indicative)>",
        ),
        (
            rulebook,
            f"<Rulebook peel-2021-22 {rulebook.framework.version} ({rulebook.identity.hash}): "
            f"{len(rulebook.counts)} counts, {len(rulebook.rules)} rules>",
        ),
        (
            assessment.finding["RES-02"].coded,
            "<Finding RES-02: sample 71 of 74, moderate, open; fieldwork; responding.prioritisation>",
        ),
        (
            peelrules.Finding(**CODED),
            "<Finding A-1: shortfall, moderate, some, open; fieldwork; responding.call-answering>",
        ),
    ]
    assert [(repr(noun), str(noun)) for noun, _ in shown] == [(line, line) for _, line in shown]


def test_a_noun_that_is_shown_in_a_line_stays_in_it():
    evidence = peelrules.Evidence(force="A\n\u202eB", framework="f", sources={}, findings=())
    assert repr(evidence) == "<Evidence of A\\n\\u202eB, f: 0 findings>"


def test_an_assessment_is_a_table_in_a_notebook(assessment):
    shown = assessment._repr_html_()
    assert shown.count("<tr>") == 1 + len(assessment.judgments)
    assert "<td>Responding to the public</td><td>adequate</td>" in shown
    assert "Indicative grades" in shown
    assert "<td>Serious organised crime</td><td></td><td>inspected and reported separately</td>" in shown


def test_words_of_documents_are_only_text_in_a_notebook(assessment):
    evil = "<script>alert(1)</script>&\u202e"
    judgment = assessment.judgments[0].model_copy(update={"name": evil})
    shortfall = {
        "core_question": "x",
        "characteristic": "x",
        "title": evil,
        "findings": (),
        "is_cause_of_concern": False,
    }
    shown = assessment.model_copy(
        update={
            "force": evil,
            "cautions": (evil,),
            "judgments": (judgment,),
            "critical_shortfalls": (CriticalShortfall(**shortfall),),
        }
    )._repr_html_()
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;\\u202e") == 4
    assert "<script" not in shown
    assert shown.index("Caution: ") < shown.index("Critical shortfall: ") < shown.index("<table>")


def test_the_frame_of_an_assessment_is_that_of_a_population_of_one(rulebook, lancashire, assessment):
    table = peelrules.population(lancashire.to_frame(), rulebook).judgments
    assert assessment.to_frame().equals(table)
    assert assessment.to_frame().schema == table.schema
    assert set(table.filter(table["grade"] < "good")["core_question"]) == {"responding", "investigating"}
    assert set(assessment.to_frame("here")["inspection"]) == {"here"}


# -- errors ----------------------------------------------------------------------------------------


def test_a_question_that_is_not_there_is_told_with_the_one_that_is(assessment):
    with pytest.raises(KeyError) as caught:
        assessment.judgment("resonding")
    assert str(caught.value) == "there is no core question `resonding`; did you mean `responding`?"
    assert isinstance(caught.value, peelrules.PeelrulesError)


@pytest.mark.parametrize(
    ("error", "details"),
    [
        (
            peelrules.DocumentError([peelrules.Problem("a.yaml", 2, 3, "no `x\u202e`")]),
            [{"file": "a.yaml", "line": 2, "column": 3, "message": "no `x\\u202e`", "where": ""}],
        ),
        (
            peelrules.EvidenceError(["no such strand", "no such source"]),
            [{"message": "no such strand"}, {"message": "no such source"}],
        ),
        (peelrules.ArgumentError("no draws"), [{"message": "no draws"}]),
        (peelrules.UnknownNameError("rule", "b", ["a"]), [{"message": "there is no rule `b`; choose from a"}]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_error_tells_its_faults_as_plain_data(error, details):
    assert json.loads(json.dumps(error.details)) == details
