"""Published grades from files: what comes with peelrules is sound, and faults are told where they stand."""

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebooks, published_grades
from peelrules.documents.yaml import read

SOUND = """\
inspection: PEEL 2021/22
called: forces
note: Two of them.
bodies:
  - force: Anyshire Police
    published:
      source: https://example.org
      grades: {responding: good}
  - force: Othershire Police
"""


@pytest.fixture
def load(tmp_path, rulebook):
    def loaded(text):
        file = tmp_path / "grades.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            return peelrules.load_national(rulebook, file)
        except peelrules.DocumentError as error:
            return [f"{p.line}:{p.column}: {p.message}" for p in error.problems]

    return loaded


def test_sound_grades_are_read(load):
    national = load(SOUND)
    assert [body.force for body in national.bodies] == ["Anyshire Police", "Othershire Police"]
    assert national.bodies[0].published.grades == {"responding": peelrules.Grade.GOOD}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (
            "PEEL 2021/22",
            "PEEL 1921/22",
            "1:13: the rulebook peel-2021-22 is for `PEEL 2021/22`, not for `PEEL 1921/22`; correct it, or use the "
            "rulebook of these inspections",
        ),
        (
            "responding: good",
            "respondng: good",
            "8:16: there is no core question `respondng`; did you mean `responding`?",
        ),
        ("responding: good", "responding: god", "8:28: there is no level `god`; did you mean `good`?"),
        ("Othershire", "Anyshire", "9:12: `Anyshire Police` is used twice, first on line 5; give it a name of its own"),
        ("      source: https://example.org\n", "", "7:7: `source` is missing; add it"),
        ("called: forces\n", "", "1:1: `called` is missing; add it"),
        (
            SOUND,
            "- grades",
            "1:1: this is not a document of published grades; begin with `inspection: …` and `bodies:`",
        ),
    ],
)
def test_a_fault_is_told_where_it_stands(load, before, after, told):
    assert load(SOUND.replace(before, after)) == [told]


@pytest.mark.parametrize("name", bundled_rulebooks())
def test_what_is_known_of_the_inspections_of_a_rulebook_is_found(name):
    rulebook = peelrules.load_rulebook(bundled_rulebooks()[name])
    national = peelrules.load_national(rulebook)
    assert national is None or national.inspection in rulebook.framework.inspections


def test_every_file_is_of_the_inspections_of_one_rulebook_at_most():
    loaded = [peelrules.load_rulebook(folder).framework for folder in bundled_rulebooks().values()]
    for file in published_grades():
        inspection = read(file).value["inspection"]
        assert sum(inspection in framework.inspections for framework in loaded) <= 1, file
