"""JSON Schemas: what they accept is what peelrules reads and writes, as far as a schema can tell."""

import json
import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from strategies import bundled, evidences, tries
from test_golden import is_as_it_was

import peelrules
from peelrules.cli.schema import Kind
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.schema import KINDS, schema_of
from peelrules.documents.yaml import read
from peelrules.model.evidence import Evidence
from peelrules.report import json as as_json
from peelrules.report.json import dumped

ROOT = Path(__file__).parents[2]
RULES = bundled_rulebook()
SCHEMAS = RULES / "schemas"
VALIDATORS = {kind: Draft202012Validator(schema_of(kind, bundled())) for kind in KINDS}
DOCUMENTS = [  # every document of the project, and what it is
    ("evidence", ROOT / "evidence/lancashire.yaml"),
    *(("evidence", file) for file in sorted((ROOT / "evidence/codings").glob("*.yaml"))),
    *(("published", file) for file in sorted((ROOT / "evidence/published").glob("*.yaml"))),
    *(("evidence", file) for file in sorted((RULES / "cases/published/accounts").glob("*.yaml"))),
    *(("case", file) for file in sorted(RULES.glob("cases/**/*.case.yaml"))),
    *(("accounts", file) for file in sorted((ROOT / "evidence/accounts").glob("*.yaml"))),
    *(("evidence", file) for file in sorted((ROOT / "evidence/accounts/coded").glob("*.yaml"))),
    *(("published-grades", file) for file in sorted((RULES.parent / "published-grades").glob("*.yaml"))),
    *((kind, RULES / f"{kind}.yaml") for kind in ("framework", *KINDS[KINDS.index("framework") + 1 :])),
]
FAULTY = sorted((ROOT / "tests/broken/evidence").glob("*.yaml"))


def faults(kind, document):
    return [f"{error.json_path}: {error.message}" for error in VALIDATORS[kind].iter_errors(document)]


def changed(document, path, value=None):
    """A copy with the value at a path set, or taken away."""
    copy = deepcopy(document)
    *way, last = path
    place = copy
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return copy


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_sound_and_say_what_they_are(kind):
    schema = VALIDATORS[kind].schema
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:peelrules:{version('peelrules')}:{kind}"
    assert schema["title"]
    assert schema["description"]
    text = json.dumps(schema)
    assert all(f'"#/$defs/{name}"' in text for name in schema["$defs"])
    assert '"default": null' not in text


def test_the_schema_of_assessments_is_as_it_was():
    written = json.dumps(VALIDATORS["assessment"].schema, ensure_ascii=False, indent=2)
    is_as_it_was("assessment.schema.json", f"{written}\n")


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in DOCUMENTS}))
def test_the_schemas_beside_the_rules_are_those_of_today(kind):
    """An editor reads them. PEELRULES_RESET_GOLDEN=1 writes them anew."""
    file, written = SCHEMAS / f"{kind}.json", dumped(VALIDATORS[kind].schema)
    if os.environ.get("PEELRULES_RESET_GOLDEN"):
        file.write_text(written, encoding="utf-8", newline="")
        pytest.skip(f"{file} is written anew")
    assert written == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "file"), DOCUMENTS, ids=lambda part: getattr(part, "name", part))
def test_an_editor_is_told_the_schema_of_each_document(kind, file):
    [told] = re.findall(r"^# yaml-language-server: \$schema=(.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    schema = (file.parent / told).resolve()  # of the source, where tests run on a wheel that is installed elsewhere
    assert schema.name == f"{kind}.json"
    assert schema.read_bytes() == (SCHEMAS / schema.name).read_bytes()


# -- what is sound is accepted ------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "file"), DOCUMENTS, ids=lambda part: getattr(part, "name", part))
def test_documents_of_the_project_are_accepted(kind, file):
    document = read(file).value
    if kind == "case" and "problem" in document["wanted"]:  # its evidence is faulty, and an editor may say so
        document["evidence"] = {"file": "elsewhere.yaml"}
    assert faults(kind, document) == []


def test_the_assessment_of_lancashire_is_accepted(assessment):
    assert faults("assessment", json.loads(as_json.render([assessment]))) == []
    assert faults("assessment", json.loads(as_json.render([assessment, assessment]))) == []


@tries(30)
@given(evidences())
def test_every_body_of_evidence_is_accepted_and_so_is_its_assessment(body):
    assert faults("evidence", body.model_dump(mode="json")) == []
    assert faults("evidence", body.model_dump(mode="json", exclude_defaults=True)) == []
    assert faults("assessment", json.loads(as_json.render([peelrules.grade(body, bundled())]))) == []


# -- what is not, is refused ------------------------------------------------------------------------


@tries(30)
@given(st.data())
def test_an_assessment_without_one_of_its_fields_or_with_another_is_refused(data):
    body = data.draw(evidences().filter(lambda body: body.findings))
    written = json.loads(as_json.render([peelrules.grade(body, bundled())]))
    below = [["findings", 0], ["findings", 0, "coded"], ["judgments", 0], ["characteristics", 0], ["rules", 0]]
    way = data.draw(st.sampled_from([[], *below, ["judgments", 0, "coverage"], ["rulebook"]]))
    place = written
    for step in way:
        place = place[step]
    field = data.draw(st.sampled_from(sorted(place)))
    assert faults("assessment", changed(written, [*way, field]))
    assert faults("assessment", changed(written, [*way, f"{field}s_"], value="x"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["indicative"], False),
        (["judgments", 2, "grade"], "excellent"),
        (["judgments", 2, "grade"], "Good"),
        (["judgments", 2, "coverage", "assessed"], "ten"),
        (["findings", 0, "gravity"], 3),
        (["characteristics", 0, "shortfalls"], "VSA-02 VSA-03"),
        (["areas_for_improvement", 0, "findings"], [1]),
    ],
)
def test_an_assessment_with_what_cannot_be_is_refused(assessment, path, value):
    assert faults("assessment", changed(json.loads(as_json.render([assessment])), path, value))


def test_one_assessment_is_no_list(assessment):
    assert faults("assessment", [json.loads(as_json.render([assessment]))])


@pytest.mark.parametrize(
    ("kind", "file", "path", "value"),
    [
        ("evidence", ROOT / "evidence/lancashire.yaml", ["framework"], "peel-2020"),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "bears_on"], ["workforce.cultures"]),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "bears_on"], []),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "strand"], "field work"),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "method"], "a guess"),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "direction"], "bad"),
        ("evidence", ROOT / "evidence/lancashire.yaml", ["findings", 0, "source"], None),
        ("published", ROOT / "evidence/published/lancashire.yaml", ["grades", "respond"], "good"),
        ("published", ROOT / "evidence/published/lancashire.yaml", ["pending"], ["respond"]),
        ("published", ROOT / "evidence/published/lancashire.yaml", ["areas_for_improvement", 0, "characteristic"], "x"),
        ("case", RULES / "cases/published/h22.case.yaml", ["wanted", "ceilings", "offender"], "good"),
        ("case", RULES / "cases/published/h22.case.yaml", ["wanted", "statuses"], {"offenders.none": "exceeded"}),
        ("case", RULES / "cases/published/h22.case.yaml", ["evidence"], "h22.yaml"),
        ("accounts", ROOT / "evidence/accounts/first.yaml", ["accounts", 0, "core_question"], "respond"),
        ("accounts", ROOT / "evidence/accounts/first.yaml", ["accounts", 0, "published"], "excellent"),
        ("accounts", ROOT / "evidence/accounts/first.yaml", ["accounts", 0, "hard"], "yes"),
        ("framework", RULES / "framework.yaml", ["credit", "shown"], 1),
        ("samples", RULES / "samples.yaml", [0, "when", "failing", "above"], 10),
        ("samples", RULES / "samples.yaml", [0, "then"], {"grade": {"at_most": "good"}}),
        ("findings", RULES / "findings.yaml", [0, "when", "direction"], "bad"),
        ("findings", RULES / "findings.yaml", [0, "when", "characteristic"], "workforce.cultures"),
        ("findings", RULES / "findings.yaml", [0, "examples", 0, "given", "characteristic"], "workforce.cultures"),
        ("characteristics", RULES / "characteristics.yaml", [0, "when", "grade"], "good"),
        ("core-questions", RULES / "core-questions.yaml", [0, "when", "core_question"], {"one_of": ["respond"]}),
        ("core-questions", RULES / "core-questions.yaml", [0, "basis"], "Short."),
    ],
)
def test_documents_with_what_cannot_be_are_refused(kind, file, path, value):
    assert faults(kind, changed(read(file).value, path, value))


@pytest.mark.parametrize("when", [{"core_question": "responding"}, {"core_question": {"one_of": ["responding"]}}])
@pytest.mark.parametrize("several", [False, True])
def test_rules_may_be_written_as_people_write_them(when, several):
    rules = changed(read(RULES / "core-questions.yaml").value, [0, "when"], [when, when] if several else when)
    assert faults("core-questions", rules) == []


def test_a_paragraph_may_be_a_number():
    evidence = read(ROOT / "evidence/lancashire.yaml").value
    assert faults("evidence", changed(evidence, ["findings", 0, "source", "paragraph"], 3)) == []


def test_a_schema_refuses_nothing_that_is_read(rulebook):
    """Of the faulty documents in `broken`, those that the schema refuses are faulty by their shape or their names."""
    refused = 0
    for file in FAULTY:
        try:
            document = read(file)
        except peelrules.DocumentError:
            continue
        if faults("evidence", document.value):
            refused += 1
            with pytest.raises(peelrules.DocumentError):
                peelrules.load_evidence(file, rulebook)
    assert refused > 30


# -- what an editor shows ---------------------------------------------------------------------------


def test_fields_are_described_by_their_docstrings():
    finding = VALIDATORS["evidence"].schema["$defs"]["Finding"]["properties"]
    assert finding["bears_on"]["description"] == "Characteristics it is about; the first is the primary one."
    recommended = VALIDATORS["assessment"].schema["$defs"]["CauseOfConcern"]["properties"]["findings"]
    assert recommended["description"] == "Ids of the findings behind it, gravest first."  # of the model below it


def test_names_come_with_their_titles(rulebook):
    names = VALIDATORS["published"].schema["$defs"]["characteristic"]
    titles = [characteristic.title for characteristic in rulebook.framework.characteristics.values()]
    assert dict(zip(names["enum"], names["enumDescriptions"], strict=True)) == dict(
        zip(rulebook.framework.characteristics, titles, strict=True)
    )


def test_evidence_may_name_characteristics_by_id_and_by_title(rulebook):
    names = VALIDATORS["evidence"].schema["$defs"]["characteristic_or_title"]["enum"]
    characteristics = rulebook.framework.characteristics
    assert names == [*characteristics, *(characteristic.title for characteristic in characteristics.values())]


def test_fields_that_rules_read_say_which_way_they_grow_worse():
    definitions = VALIDATORS["core-questions"].schema["$defs"]
    for model in ("CoreQuestionWhen", "CoreQuestionGiven"):
        assert definitions[model]["properties"]["coverage"]["description"].endswith("Worse when lower.")
        assert definitions[model]["properties"]["critical_shortfalls"]["description"].endswith("Worse when higher.")


def test_the_names_are_those_of_the_rulebook(rulebook, lancashire):
    framework = rulebook.framework.model_copy(update={"id": "of-our-own", "strands": {"what we saw": "Ourselves"}})
    schema = schema_of("evidence", rulebook.model_copy(update={"framework": framework}))
    body = Evidence.model_dump(lancashire, mode="json", exclude_defaults=True)
    told = {error.json_path for error in Draft202012Validator(schema).iter_errors(body)}
    assert told == {"$.framework", *(f"$.findings[{number}].strand" for number in range(len(lancashire.findings)))}


# -- the command line -------------------------------------------------------------------------------


def test_the_command_line_writes_each(run, tmp_path):
    assert tuple(kind.value for kind in Kind) == KINDS
    for kind in KINDS:
        code, out, _ = run("schema", kind)
        assert code == 0
        assert json.loads(out) == VALIDATORS[kind].schema
    assert run("schema", "evidence", "-o", tmp_path / "evidence.json") == (0, "", "")
    assert json.loads((tmp_path / "evidence.json").read_text()) == VALIDATORS["evidence"].schema


def test_the_command_line_takes_the_names_of_the_rulebook_that_it_is_given(run, tmp_path):
    framework = shutil.copytree(RULES, tmp_path / "rules") / "framework.yaml"
    framework.write_text(framework.read_text(encoding="utf-8").replace("id: peel-2021-22", "id: our-own"), "utf-8")
    schema = json.loads(run("schema", "evidence", "--rules", framework.parent)[1])
    assert schema["$defs"]["framework"]["enum"] == ["our-own"]


def test_there_is_no_other(run):
    code, out, err = run("schema", "forces")
    assert (code, out) == (2, "")
    assert "'forces' is not one of" in err


@pytest.mark.parametrize("kind", ["evidence", "samples"])
def test_a_schema_is_the_same_in_a_python_that_drops_docstrings(kind):
    command = [sys.executable, "-OO", "-m", "peelrules", "schema", kind]
    written = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout  # noqa: S603
    assert json.loads(written) == VALIDATORS[kind].schema
