"""Many inspections at once come to what each comes to alone, wherever the table lives.

What compares a table with `grade` draws anew in each run, in CI as well: a failing test prints how to repeat it.
"""

import io
import json
import os
import shutil
import sys
from functools import cache
from math import nextafter
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pydantic import ValidationError
from strategies import bundled, evidence_of, evidences, finding, findings, rule, rulebook_of, rulebooks, tries

import peelrules
from peelrules.engine import carriers, population
from peelrules.engine.carriers import carrier_of
from peelrules.engine.carriers.streams import whole_inspections
from peelrules.engine.columns import lookup
from peelrules.engine.durable import durable
from peelrules.engine.matching import Matcher, plain
from peelrules.engine.population import codings
from peelrules.engine.population.codings import coded
from peelrules.engine.population.faults import NO_FAULTS
from peelrules.model.assessment import Assessment
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Axis, Condition
from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.facts import OF_A_SAMPLE, Stage
from peelrules.model.framework import GRADED, Framework
from peelrules.model.scales import Concern, Grade, Status
from peelrules.model.table import BETWEEN, COLUMNS, coding_in, frame_of

# -- what an assessment says, as rows ---------------------------------------------------------------


def word(level: object) -> str | None:
    return None if level is None else str(level)


def rows_of(inspection: str, assessment: Assessment) -> dict[str, set[tuple[Any, ...]]]:
    """An assessment as the rows of the three frames."""
    return {
        "judgments": {judgment_row(inspection, judgment, assessment) for judgment in assessment.judgments},
        "statuses": {
            (
                inspection,
                c.core_question,
                c.characteristic,
                str(c.status),
                str(c.concern),
                str(c.gravity),
                len(c.strengths),
            )
            for c in assessment.characteristics
            if c.status is not None
        },
        "flags": set(flag_rows(inspection, assessment)),
    }


def judgment_row(inspection: str, judgment: Any, assessment: Assessment) -> tuple[Any, ...]:
    why = None if judgment.reporting == GRADED else judgment.reporting
    if why is None and judgment.not_graded is not None:
        why = "not enough evidence" if judgment.coverage.assessed else "no evidence"
    concerns = [c.concern for c in assessment.characteristics if c.core_question == judgment.core_question]
    return (
        inspection,
        judgment.core_question,
        word(judgment.grade),
        word(judgment.ceiling),
        word(judgment.range and judgment.range.worst),
        word(judgment.range and judgment.range.best),
        judgment.coverage.assessed,
        judgment.coverage.of,
        concerns.count(Concern.AREA_FOR_IMPROVEMENT),
        concerns.count(Concern.CRITICAL_SHORTFALL),
        sum(cause.core_question == judgment.core_question for cause in assessment.causes_of_concern),
        why,
    )


def flag_rows(inspection: str, assessment: Assessment):
    for flag, areas in (
        ("area_for_improvement", assessment.areas_for_improvement),
        ("critical_shortfall", assessment.critical_shortfalls),
    ):
        for area in areas:
            yield inspection, area.core_question, flag, area.characteristic, None
    for cause in assessment.causes_of_concern:
        yield inspection, cause.core_question, "cause_of_concern", None, None
    for practice in assessment.innovative_practice:
        yield inspection, practice.core_question, "innovative_practice", practice.characteristic, practice.finding
    for judgment in assessment.judgments:
        if (judgment.not_graded or "").startswith("not enough"):
            yield inspection, judgment.core_question, "not_enough_evidence", None, None


def expected(named: dict[str, Evidence], rulebook: Any, matcher: Matcher) -> dict[str, set[tuple[Any, ...]]]:
    parts = [rows_of(name, peelrules.grade(body, rulebook, matcher)) for name, body in named.items() if body.findings]
    return {kind: set().union(*(part[kind] for part in parts)) for kind in ("judgments", "statuses", "flags")}


# -- the kinds of frame -----------------------------------------------------------------------------


def same(frame: pl.DataFrame) -> pl.DataFrame:
    return frame


def to_pandas(frame: pl.DataFrame) -> Any:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    made = pd.DataFrame(frame.to_dict(as_series=False))
    return made.astype(dict.fromkeys(("persistent", "exceptional", "progress", "innovative"), "boolean"))


def to_arrow(frame: pl.DataFrame) -> Any:
    return frame.to_arrow()


def to_duckdb(frame: pl.DataFrame) -> Any:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed, which DuckDB reads frames with")
    return duckdb.connect().from_arrow(frame.to_arrow())


def to_stream(frame: pl.DataFrame) -> Any:
    return frame.to_arrow().to_reader(max_chunksize=100)


@cache
def spark() -> Any:
    if shutil.which("java") is None:
        return None
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # what grades there needs peelrules, too
    builder = SparkSession.builder.master("local[1]").appName("peelrules-tests")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def to_pyspark(frame: pl.DataFrame) -> Any:
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if spark() is None:
        pytest.skip("PySpark needs Java, and there is none here")
    kinds = {pl.String: "string", pl.Boolean: "boolean", pl.Int64: "long", pl.Float64: "double"}
    schema = ", ".join(f"{name} {kinds[type(kind)]}" for name, kind in frame.schema.items())
    return spark().createDataFrame(frame.rows(), schema)


KINDS = [same, to_pandas, to_arrow, to_duckdb, to_pyspark]


def rows_in(frame: Any) -> list[tuple[Any, ...]]:
    """The rows of any of these frames, with nothing for what is missing."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.rows()
    if hasattr(frame, "to_pylist"):
        return [tuple(row.values()) for row in frame.to_pylist()]
    if hasattr(frame, "fetchall"):
        return frame.fetchall()
    if hasattr(frame, "toPandas"):
        return [tuple(row) for row in frame.collect()]
    return [tuple(None if value != value else value for value in row) for row in frame.itertuples(index=False)]


def concluded(table: Any, rulebook: Any) -> dict[str, set[tuple[Any, ...]]]:
    return rows_by_kind(peelrules.population(table, rulebook))


def rows_by_kind(graded: Any) -> dict[str, set[tuple[Any, ...]]]:
    """What is graded, of a table without a fault."""
    told = told_by_kind(graded)
    assert told.pop("faults") == set()
    return told


def told_by_kind(graded: Any) -> dict[str, set[tuple[Any, ...]]]:
    told = {kind: rows_in(frame) for kind, frame in graded._asdict().items()}
    for kind, rows in told.items():
        assert len(rows) == len(set(rows)), f"{kind} has a row twice"
    return {kind: set(rows) for kind, rows in told.items()}


def table_of(named: dict[str, Evidence]) -> pl.DataFrame:
    return frame_of(list(named.values()), list(named))


def several(max_size: int = 4) -> st.SearchStrategy[dict[str, Evidence]]:
    return st.lists(evidences(), min_size=1, max_size=max_size).map(
        lambda drawn: {f"inspection {number}": body for number, body in enumerate(drawn)}
    )


# -- equal to `grade` -------------------------------------------------------------------------------


@pytest.mark.slow
@tries(60)
@given(several(), rulebooks())
def test_many_inspections_under_any_rules_come_to_what_each_comes_to_alone(named, rulebook):
    assert concluded(table_of(named), rulebook) == expected(named, rulebook, plain)


@tries(40)
@given(several())
def test_many_inspections_under_the_bundled_rules_come_to_what_durable_rules_says(named):
    assert concluded(table_of(named), bundled()) == expected(named, bundled(), durable)


@tries(25)
@given(several(), st.integers(1, 3), st.integers(0, 100), st.randoms())
def test_in_parts_of_any_size_and_rows_of_any_order_it_comes_to_the_same(named, at_once, seen_at_once, random):
    table = table_of(named)
    rows = random.sample(range(len(table)), len(table))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(population, "AT_ONCE", at_once)
        patched.setattr(codings, "_SEEN_AT_ONCE", seen_at_once)
        assert concluded(table[rows], bundled()) == expected(named, bundled(), plain)


@tries(20)
@given(several(), rulebooks())
def test_a_lazy_table_comes_to_the_same(named, rulebook):
    table = table_of(named)
    graded = peelrules.population(table.lazy(), rulebook)
    assert all(isinstance(frame, pl.LazyFrame) for frame in graded)
    assert concluded(table.lazy(), rulebook) == concluded(table, rulebook)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_lancashire_comes_to_the_same_in_every_kind_of_frame(kind, lancashire, rulebook, assessment):
    table = kind(lancashire.to_frame("L"))
    graded = peelrules.population(table, rulebook)
    assert all(type(frame) is type(table) for frame in graded)
    assert rows_by_kind(graded) == rows_of("L", assessment)


def test_spark_grades_a_file_anew_that_was_replaced(tmp_path, lancashire, rulebook):
    to_pyspark(one_row(SOUND))  # leaves the test out where there is no Spark
    file = tmp_path / "findings.parquet"
    whole = lancashire.to_frame("L")
    for table in (whole, whole.filter(pl.col("direction") == "shortfall")):
        table.write_parquet(file)
        assert concluded(spark().read.parquet(str(file)), rulebook) == concluded(table, rulebook)


def test_a_stream_of_arrow_comes_to_tables_of_arrow(lancashire, rulebook, assessment):
    graded = peelrules.population(to_stream(lancashire.to_frame("L")), rulebook)
    assert {type(frame) for frame in graded} == {type(to_arrow(pl.DataFrame()))}
    assert rows_by_kind(graded) == rows_of("L", assessment)


@given(st.lists(st.sampled_from(["A", "B", None]), min_size=1), st.integers(1, 4), st.integers(1, 12))
def test_batches_become_whole_inspections_and_no_row_is_lost(names, of_a_batch, together):
    """As Spark sorts them: rows without an inspection come first."""
    rows = pl.DataFrame({"inspection": sorted(names, key=lambda name: name or ""), "row": range(len(names))})
    rows = rows.cast({"inspection": pl.String})
    batches = rows.to_arrow().to_batches(max_chunksize=of_a_batch)
    tables = list(whole_inspections(batches, together))
    assert pl.concat(tables).sort("row").equals(rows)
    seen = [name for table in tables for name in table["inspection"].unique().to_list()]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("is_together", [True, False])
def test_a_relation_of_duckdb_is_graded_part_by_part_whatever_its_order(lancashire, rulebook, monkeypatch, is_together):
    monkeypatch.setattr(carriers.duckdb, "_BATCH", 70)
    monkeypatch.setattr(carriers.duckdb, "_ROWS", 150)
    table = pl.concat(lancashire.to_frame(name) for name in "CAB")
    table = table if is_together else table.sample(fraction=1, shuffle=True, seed=3)
    assert concluded(to_duckdb(table), rulebook) == concluded(table, rulebook)


def test_names_that_are_one_to_a_database_are_told_as_ever(lancashire, rulebook, monkeypatch):
    monkeypatch.setattr(carriers.duckdb, "_BATCH", 70)
    monkeypatch.setattr(carriers.duckdb, "_ROWS", 150)
    table = pl.concat(lancashire.to_frame(name) for name in ("b", "B", "C")).sample(fraction=1, shuffle=True, seed=3)
    findings = to_duckdb(table)
    findings.query("findings", "SET default_collation = NOCASE")
    graded = peelrules.population(findings, rulebook, on_fault="collect")
    assert set(graded.faults.pl()["inspection"]) == {"b", "B"}
    assert set(graded.judgments.pl()["inspection"]) == {"C"}


def test_a_relation_of_duckdb_that_can_be_run_once_is_graded(lancashire, rulebook):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    table = lancashire.to_frame("L")
    findings = duckdb.connect().from_arrow(to_stream(table))
    assert concluded(findings, rulebook) == concluded(table, rulebook)


def test_a_query_that_comes_between_is_refused_and_ends_no_stream(lancashire, rulebook, monkeypatch):
    monkeypatch.setattr(carriers.duckdb, "_BATCH", 2_048)
    monkeypatch.setattr(carriers.duckdb, "_ROWS", 3_000)
    findings = to_duckdb(pl.concat(lancashire.to_frame(f"L{number}") for number in range(2_000)))
    grading = population._Grading.__call__

    def and_a_query(self, table, **given):
        findings.query("findings", "SELECT 42").fetchall()
        return grading(self, table, **given)

    monkeypatch.setattr(population._Grading, "__call__", and_a_query)
    with pytest.raises(sys.modules["duckdb"].Error, match="open result"):
        peelrules.population(findings, rulebook)


def test_inspections_may_be_known_by_uuids_on_duckdb(lancashire, rulebook):
    findings = to_duckdb(lancashire.to_frame("L")).project("* REPLACE (uuid() AS inspection)")  # one for each row
    graded = peelrules.population(findings, rulebook)
    assert graded.judgments.pl()["inspection"].n_unique() == len(lancashire.findings)


@pytest.mark.parametrize("written", ["encode(inspection)", "[inspection]", "{'a': inspection}", "1.5"])
def test_inspections_that_are_no_text_are_refused_on_duckdb(lancashire, rulebook, written):
    findings = to_duckdb(lancashire.to_frame("L")).project(f"* REPLACE ({written} AS inspection)")
    with pytest.raises(ValueError, match="the column inspection should hold text"):
        peelrules.population(findings, rulebook)


@pytest.mark.parametrize(
    ("kind", "examples"),
    [(to_pandas, 12), (to_arrow, 12), (to_duckdb, 12), (to_pyspark, 2)],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_random_evidence_and_rules_come_to_the_same_in_every_kind_of_frame(kind, examples):
    @tries(examples, suppress_health_check=list(HealthCheck))
    @given(several(max_size=3), rulebooks(max_size=4))
    def holds(named, rulebook):
        assert concluded(kind(table_of(named)), rulebook) == expected(named, rulebook, plain)

    holds()


def test_every_combination_of_a_shortfall_comes_to_the_same(rulebook):
    named = {"all": evidence_of(*ALL_SHORTFALLS)}
    assert concluded(table_of(named), rulebook) == expected(named, rulebook, plain)


ALL_SHORTFALLS = [
    finding(
        f"F-{number:03}",
        characteristic,
        direction="shortfall",
        seriousness=seriousness,
        extent=extent,
        state=state,
        persistent=persistent,
    )
    for number, (characteristic, seriousness, extent, state, persistent) in enumerate(
        (c, s, e, t, p)
        for c in ("offenders.bail",)
        for s in ("minor", "moderate", "serious", "critical")
        for e in ("isolated", "some", "frequent", "widespread")
        for t in ("remedied", "improving", "open")
        for p in (False, True)
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("of", [7, 20, 35, 60])
def test_every_count_of_a_sample_comes_to_the_same(of, rulebook):
    characteristics = ("offenders.bail", "crime-recording.all-crime")
    named = {
        f"{c} {met}": evidence_of(finding("A", c, sample={"met": met, "of": of}))
        for c in characteristics
        for met in range(of + 1)
    }
    assert concluded(table_of(named), rulebook) == expected(named, rulebook, plain)


@pytest.mark.slow
@given(share=st.floats(0, 1), of=st.integers(1, 1000))
@tries(150)
def test_any_estimated_share_falls_short_by_the_same_figure_in_a_table(share, of):
    body = evidence_of(finding("A", "offenders.bail", sample={"share": share, "of": of}))
    failing = body.findings[0].sample.failing
    on_the_bound = [{"failing": {"at_least": failing, "at_most": failing}}]
    rulebook = rulebook_of(rule(Stage.SAMPLE, "exactly", on_the_bound, {"direction": {"at_least": "shortfall"}}))
    assert concluded(table_of({"one": body}), rulebook) == expected({"one": body}, rulebook, plain)


def shares_of_every_kind() -> list[dict[str, Any]]:
    random = Random(7)  # noqa: S311
    estimates = [
        *(n / 1000 for n in range(1001)),
        *(n / 10_000 for n in range(10_001)),
        *(random.random() for _ in range(3000)),
        *(nextafter(n / 1000, to) for n in range(1, 1000) for to in (0, 1)),
    ]
    wholes = [random.randint(1, 1_000_000) for _ in range(3000)]
    return [
        *({"share": share, "of": 100} for share in estimates),
        *({"met": met, "of": of} for of in range(1, 61) for met in range(of + 1)),
        *({"met": random.randint(0, of), "of": of} for of in wholes),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [same, to_pandas, to_duckdb], ids=lambda kind: kind.__name__)
def test_every_share_is_the_same_to_the_last_bit_in_every_kind_of_frame(kind):
    samples = [Sample.model_validate(sample) for sample in shares_of_every_kind()]
    sampled = finding("A", "offenders.bail", sample={"met": 1, "of": 2})
    body = evidence_of(*(sampled.model_copy(update={"id": str(n), "sample": s}) for n, s in enumerate(samples)))
    table = kind(frame_of([body], ["X"]))
    seen: list[float] = []

    class Seeing:
        def __call__(self, carried: pl.DataFrame, **_: object) -> list[pl.DataFrame]:
            seen.extend(coded(codings.table_of(carried), bundled().framework).columns.failing.tolist())
            return [NO_FAULTS]

        def faults_of_names(self, _: object) -> pl.DataFrame:
            return NO_FAULTS

    list(carrier_of(table)(table, Seeing()))
    assert seen == [sample.failing for sample in samples]


@tries(200)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.data())
def test_a_share_has_the_same_place_among_bounds_in_a_column(bounds, data):
    near = [nextafter(bound, to) for bound in bounds for to in (0, 1)]
    shares = data.draw(st.lists(st.sampled_from([*bounds, *near]) | st.floats(0, 1), min_size=1))
    conditions = [Condition("failing", Comparator.AT_LEAST, bound) for bound in bounds]
    axis = Axis(OF_A_SAMPLE["failing"], conditions)
    places = lookup.places(axis, np.array(shares), lookup.names_of(bundled()))
    assert places.tolist() == [axis.place(share) for share in shares]


def test_a_column_that_holds_one_figure_throughout_changes_no_grade():
    of = 49  # 3 / 49 times over is off by a hair where a library divides by way of a reciprocal
    named = {str(met): evidence_of(finding("A", "offenders.bail", sample={"met": met, "of": of})) for met in range(50)}
    on_bounds = rulebook_of(
        *(
            rule(Stage.SAMPLE, f"a.{met}", [{"failing": {"is": met / of}}], {"direction": {"at_least": "shortfall"}})
            for met in range(50)
        )
    )
    table = table_of(named).with_columns(sample_of=pl.lit(of))
    assert concluded(table, on_bounds) == expected(named, on_bounds, plain)


@pytest.mark.slow
def test_an_estimated_share_on_a_bound_of_the_bundled_rules_comes_to_the_same(rulebook):
    named = {
        f"{c} {n}": evidence_of(
            finding("A", c, sample={"share": n / 1000, "margin": 0.02}, seriousness="serious", state="open")
        )
        for c in ("crime-recording.all-crime", "offenders.bail")
        for n in range(0, 1001, 10)
    }
    assert concluded(table_of(named), rulebook) == expected(named, rulebook, plain)


def test_an_exceptional_strength_counts_only_where_it_belongs_first_of_all(rulebook):
    bail, orders = "offenders.bail", "offenders.orders"
    both = {f"{number}": finding(f"F{number}", bail, orders, exceptional=number == 1) for number in range(3)}
    named = {"exceptional": evidence_of(*both.values())}
    told = concluded(table_of(named), rulebook)
    assert told == expected(named, rulebook, plain)
    assert {row[2]: row[3] for row in told["statuses"]} == {bail: "exceeded", orders: "demonstrated"}


def test_the_order_of_rows_and_columns_and_foreign_columns_change_nothing(lancashire, rulebook):
    table = lancashire.to_frame("L")
    shuffled = table.sample(fraction=1, shuffle=True, seed=7).select(reversed(table.columns))
    assert concluded(shuffled.with_columns(remark=pl.lit("x")), rulebook) == concluded(table, rulebook)


@pytest.mark.parametrize("kind", ["enum", "categorical", "numbers"])
def test_words_may_be_categories_and_inspections_numbers(kind, lancashire, rulebook):
    table = lancashire.to_frame("7")
    texts = [name for name, dtype in table.schema.items() if dtype == pl.String]
    if kind == "numbers":
        changed = table.with_columns(inspection=pl.lit(7, dtype=pl.UInt32), id=pl.int_range(pl.len(), dtype=pl.UInt16))
        graded = peelrules.population(changed, rulebook)
        grades = {(row[1], row[2]) for row in graded.judgments.rows()}
        assert grades == {(row[1], row[2]) for row in peelrules.population(table, rulebook).judgments.rows()}
        return
    dtypes = {  # an Enum may know more words than are used, such as those of another rulebook
        name: pl.Categorical if kind == "categorical" else pl.Enum([*table[name].drop_nulls().unique(), "x", ""])
        for name in texts
    }
    assert concluded(table.cast(dtypes), rulebook) == concluded(table, rulebook)


@pytest.mark.parametrize("kind", [pl.Null, pl.Float64, pl.Boolean, pl.List(pl.String), pl.Object])
def test_columns_of_no_rows_may_be_of_any_kind(rulebook, kind):
    graded = peelrules.population(pl.DataFrame(schema=dict.fromkeys(COLUMNS, kind)), rulebook)
    assert [len(frame) for frame in graded] == [0, 0, 0, 0]


def test_columns_of_which_nothing_is_coded_may_be_left_out(rulebook):
    named = {"one": evidence_of(finding("A", "offenders.bail"), finding("B", "offenders.orders"))}
    table = table_of(named).select("inspection", "id", "bears_on", "direction", "strand")
    assert concluded(table, rulebook) == expected(named, rulebook, plain)


def test_an_empty_table_has_no_judgments(rulebook):
    table = table_of({"nothing": evidence_of()})
    assert concluded(table, rulebook) == {"judgments": set(), "statuses": set(), "flags": set()}


def test_a_table_read_by_pandas_comes_to_the_same_with_gaps_among_its_flags(lancashire, rulebook, assessment):
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    table = pd.read_csv(io.StringIO(lancashire.to_frame("L").write_csv()))
    assert concluded(table, rulebook) == rows_of("L", assessment)
    for gap in (None, float("nan"), pd.NA):
        flags = [True if flag else gap for flag in table["persistent"]]
        states = [np.str_(state) if isinstance(state, str) else gap for state in table["state"]]
        objects = {"persistent": pd.Series(flags, dtype=object), "state": pd.Series(states, dtype=object)}
        assert concluded(table.assign(**objects), rulebook) == rows_of("L", assessment)


@tries(15)
@given(several(max_size=3), st.sampled_from([(0.333333333, 0.666666667), (0.1, 0.3), (0.000001, 0.999999), (0, 0)]))
def test_credits_that_are_not_halves_come_to_the_same(named, credit):
    partly, demonstrated = credit
    credits_ = {
        Status.NOT_DEMONSTRATED: 0,
        Status.PARTLY_DEMONSTRATED: partly,
        Status.DEMONSTRATED: demonstrated,
        Status.EXCEEDED: 1,
    }
    framework = bundled().framework.model_copy(update={"credit": credits_})
    bounds = [{"demonstrated": {"below": share}} for share in (partly, demonstrated, 0.5, 2 / 3, 0.75)]
    rules = [
        rule(Stage.CORE_QUESTION, f"grade.{number}", [when], {"grade": {"at_most": str(grade)}})
        for number, (when, grade) in enumerate(zip(bounds, Grade, strict=True))
    ]
    others = [each for each in bundled().rules if each.stage is not Stage.CORE_QUESTION]
    rulebook = rulebook_of(*others, *rules, framework=framework)
    assert concluded(table_of(named), rulebook) == expected(named, rulebook, plain)


@pytest.mark.parametrize(
    ("field", "value"), [("credit", {**dict.fromkeys(map(str, Status), 1.0), "exceeded": 1 / 3}), ("strands", {})]
)
def test_frameworks_that_cannot_be_counted_exactly_or_have_no_strand_are_refused(field, value):
    content = bundled().framework.model_dump(mode="json") | {field: value}
    with pytest.raises(ValidationError, match=r"nine decimals|at least 1 item"):
        Framework.model_validate_json(json.dumps(content))


# -- what is refused --------------------------------------------------------------------------------

SOUND = {
    "inspection": "X", "id": "A-01", "bears_on": "offenders.bail", "direction": "shortfall", "seriousness": "serious",
    "extent": "some", "state": "open", "persistent": False, "exceptional": False, "progress": False,
    "innovative": False, "strand": "fieldwork", "sample_met": None,
    "sample_of": None, "sample_share": None, "sample_margin": None,
}  # fmt: skip
SAMPLE = {**SOUND, "direction": None, "extent": None, "sample_met": 3, "sample_of": 10}
BEARINGS = [
    "offenders.bail", "offenders.bail; offenders.orders", "offenders.bail; offenders.bail",
    "offenders.bail;offenders.orders", "x", "", None,
]  # fmt: skip
WORDS = ["strength", "neither", "shortfall", "minor", "serious", "some", "open", "remedied", "Open", "", None]


def is_sound(row: dict[str, Any]) -> bool:
    """What `Finding` says of a row, and the framework of its words."""
    framework = bundled().framework
    try:
        coded = Finding.model_validate(coding_in(row))
    except ValidationError:
        return False
    return set(coded.bears_on) <= set(framework.characteristics) and coded.strand in framework.strands


def refusal(table: Any) -> str | None:
    try:
        peelrules.population(table, bundled())
    except ValueError as error:
        return str(error)
    return None


def one_row(row: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([row], schema=table_of({}).schema)


@pytest.mark.slow
@tries(300)
@given(st.sampled_from([SOUND, SAMPLE]), st.data())
def test_a_row_is_refused_just_where_finding_refuses_it(base, data):
    values = {
        "bears_on": st.sampled_from(BEARINGS),
        "direction": st.sampled_from(WORDS),
        "seriousness": st.sampled_from(WORDS),
        "extent": st.sampled_from(WORDS),
        "state": st.sampled_from(WORDS),
        "persistent": st.sampled_from([True, False, None]),
        "exceptional": st.sampled_from([True, False, None]),
        "progress": st.sampled_from([True, False, None]),
        "innovative": st.sampled_from([True, False, None]),
        "strand": st.sampled_from(["fieldwork", "Fieldwork", "", None]),
        "sample_met": st.sampled_from([None, -1, 0, 3, 10, 11, 1_000_001]),
        "sample_of": st.sampled_from([None, -1, 0, 3, 10, 1_000_000, 1_000_001]),
        "sample_share": st.sampled_from([None, -0.1, 0.0, 0.5, 1.0, 1.1, float("nan"), float("inf")]),
        "sample_margin": st.sampled_from([None, -0.1, 0.0, 0.05, 1.1, float("nan")]),
        "id": st.sampled_from(["A", "a.b-c_9", "-A", "A B", "A\n", "\u00e9", "A" * 60, "A" * 61, "", None]),
    }  # fmt: skip
    changed = data.draw(st.lists(st.sampled_from(sorted(values)), max_size=4, unique=True))
    row = base | {name: data.draw(values[name], label=name) for name in changed}
    assert (refusal(one_row(row)) is None) == is_sound(row)


REFUSED = {
    "an unknown characteristic": ({"bears_on": "offenders.bial"}, "X, A-01: the rulebook peel-2021-22 has no"),
    "an unknown strand": ({"strand": "hearsay"}, "X, A-01: the rulebook peel-2021-22 has no strand hearsay"),
    "a level that is none": ({"state": "opne"}, "X, A-01: state Input should be 'remedied', 'improving' or 'open'"),
    "a shortfall without state": ({"state": None}, "X, A-01: a shortfall needs `state`; add it"),
    "neither direction nor sample": ({"direction": None}, "a finding has either a `direction` or a `sample`"),
    "a shortfall that is progress": ({"progress": True}, "only a finding with `direction: strength` can be progress"),
    "an exceptional shortfall": ({"exceptional": True}, "only a finding with `direction: strength` can be exceptional"),
    "no inspection": ({"inspection": None}, "may belong to any inspection: the name of the inspection is missing"),
    "a blank inspection": ({"inspection": ""}, ": the name of the inspection is missing"),
    "a blank id": ({"id": ""}, "X, : id "),
    "a characteristic too few": ({"bears_on": "offenders.bail; "}, "X, A-01: the rulebook peel-2021-22 has no"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_wrong_with_a_row_is_told(fault):
    change, words = REFUSED[fault]
    assert words in refusal(one_row(SOUND | change))


KINDS_OF_COLUMNS = {
    "flags in words": {"persistent": ["false"]},
    "flags as numbers": {"exceptional": [0]},
    "figures in words": {"sample_met": ["3"]},
    "a list of characteristics": {"bears_on": [["offenders.bail"]]},
    "levels as ranks": {"state": [2.0]},
}


@pytest.mark.parametrize("fault", KINDS_OF_COLUMNS)
def test_columns_of_another_kind_are_refused_by_name(fault):
    [(name, values)] = KINDS_OF_COLUMNS[fault].items()
    table = one_row(SOUND).with_columns(pl.Series(name, values))
    assert refusal(table).startswith(f"the column {name} should hold ")


def test_flags_of_pandas_that_are_none_are_refused():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    table = pd.DataFrame([SOUND, SOUND | {"id": "B"}]).assign(persistent=pd.Series([True, "no"], dtype=object))
    assert refusal(table).startswith("the column persistent should hold booleans")


def test_an_id_used_twice_in_one_inspection_is_refused():
    rows = [SOUND, SOUND | {"inspection": "Y"}, SOUND | {"bears_on": "offenders.orders"}]
    assert (
        refusal(pl.DataFrame(rows, schema=table_of({}).schema))
        == "X, A-01: another finding of the inspection has the same id"
    )


NAMES = {
    "X ": "X : there is white space around the name of the inspection",
    "X\x1b[1m": "X\\x1b[1m: there is a line break or a character that cannot be seen",
    "X\ny": "X\\ny: there is a line break",
    "y" * 4001: f"{'y' * 79}…: the name of the inspection is longer than 4,000 characters",
    "y": "Y: the name is nearly y; write both alike, or give one a name of its own",
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_inspections_have_names_of_their_own_in_every_kind_of_frame(kind, name):
    rows = [SOUND | {"inspection": "Y"}, SOUND | {"inspection": name}]
    assert refusal(kind(pl.DataFrame(rows, schema=table_of({}).schema))).startswith(NAMES[name])


def test_names_that_pandas_holds_as_numbers_and_text_are_refused():
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    assert refusal(pd.DataFrame([SOUND | {"inspection": 1}, SOUND | {"inspection": "1"}])).startswith(
        "the column inspection should hold text"
    )


def test_shares_of_32_bits_are_refused():
    table = one_row(SOUND).with_columns(pl.lit(0.85, dtype=pl.Float32).alias("sample_share"))
    assert "numbers of 32 bits, in which 0.85 is 0.8500000238" in refusal(table)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_table_without_a_needed_column_is_refused_by_name(kind):
    for needed in ("strand", "inspection"):
        assert f"the table has no column {needed}; it has " in refusal(kind(one_row(SOUND).drop(needed)))


@pytest.mark.parametrize(
    ("name", "meant"), [("exeptional", "exceptional"), ("State", "state"), ("bearson", "bears_on")]
)
def test_a_column_that_is_misspelt_is_refused(name, meant):
    told = refusal(one_row(SOUND).rename({meant: name}))
    assert name in told if meant == "bears_on" else told == f"the column {name} seems to mean {meant}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_faulty_row_is_refused_in_every_kind_of_frame(kind):
    assert "a shortfall needs `state`" in refusal(kind(one_row(SOUND | {"state": None})))


# -- what is told -----------------------------------------------------------------------------------

SPOILT = {
    "no strand": lambda rows: rows.with_columns(strand=first(None, "strand")),
    "no such characteristic": lambda rows: rows.with_columns(bears_on=first("offenders.bial", "bears_on")),
    "a shortfall of no seriousness": lambda rows: pl.concat([rows, one_of(rows, "Z", seriousness=None)]),
    "an id twice": lambda rows: pl.concat([rows, rows.head(1)]),
    "another name": lambda rows: pl.concat([rows, one_of(rows, "Z", inspection=rows["inspection"][0].upper())]),
    "a blank after its name": lambda rows: pl.concat([rows, one_of(rows, "Z", inspection=rows["inspection"][0] + " ")]),
    "everything": lambda rows: rows.with_columns(strand=pl.lit("hearsay")),
}


def first(word: str | None, column: str) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(word)).otherwise(column)


def one_of(rows: pl.DataFrame, name: str, **changes: Any) -> pl.DataFrame:
    """A row that is sound but for the changes, of the same inspection if they name no other."""
    row = {**SOUND, "inspection": rows["inspection"][0], "id": f"{name}-{len(rows)}", **changes}
    return pl.DataFrame([row], schema=rows.schema)


@pytest.mark.parametrize(
    ("kind", "examples"),
    [
        (same, 20),
        (pl.DataFrame.lazy, 5),
        (to_pandas, 8),
        (to_arrow, 8),
        (to_stream, 8),
        (to_duckdb, 8),
        (to_pyspark, 3),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_faults_are_told_and_all_other_inspections_graded_as_if_alone(kind, examples):
    rows = st.lists(evidences().filter(lambda body: body.findings), min_size=1, max_size=4).map(
        lambda drawn: [frame_of([body], [f"inspection {number}"]) for number, body in enumerate(drawn)]
    )

    @tries(examples, suppress_health_check=list(HealthCheck))
    @given(rows, st.data())
    def holds(parts, data):
        faults = [data.draw(st.none() | st.sampled_from(sorted(SPOILT))) for _ in parts]
        spoilt = [rows if fault is None else SPOILT[fault](rows) for rows, fault in zip(parts, faults, strict=True)]
        sound = pl.concat([table_of({}), *(rows for rows, fault in zip(parts, faults, strict=True) if fault is None)])
        table = pl.concat(spoilt).sample(fraction=1, shuffle=True, seed=data.draw(st.integers(0, 100)))
        graded = peelrules.population(kind(table), bundled(), on_fault="collect")
        assert len({type(frame) for frame in graded}) == 1
        told = told_by_kind(graded)
        faulty = set(table["inspection"]) - set(sound["inspection"])
        assert {row[0] for row in told.pop("faults")} == faulty
        assert told == concluded(sound, bundled())

    holds()


def collected(table: Any) -> Any:
    return peelrules.population(table, bundled(), on_fault="collect")


def test_a_fault_is_told_with_its_inspection_its_finding_and_its_words():
    rows = [SOUND, SOUND | {"id": "B", "state": None}, SOUND | {"inspection": "Y"}, SOUND | {"inspection": "y "}]
    told = collected(pl.DataFrame([*rows, rows[2]], schema=table_of({}).schema)).faults.sort("inspection", "id")
    assert told.rows() == [
        ("X", "B", "a shortfall needs `state`; add it"),
        ("Y", None, "the name is nearly y ; write both alike, or give one a name of its own"),
        ("Y", "A-01", "another finding of the inspection has the same id"),
        ("y ", None, "there is white space around the name of the inspection; remove it"),
    ]


@pytest.mark.parametrize("seen_at_once", [0, 1_000])
def test_faults_are_told_of_each_part_in_which_they_are(seen_at_once, rulebook, monkeypatch):
    monkeypatch.setattr(population, "AT_ONCE", 2)
    monkeypatch.setattr(codings, "_SEEN_AT_ONCE", seen_at_once)
    rows = [SOUND | {"inspection": name, "strand": "gossip" if name in "CE" else SOUND["strand"]} for name in "ABCDE"]
    rows.append(SOUND | {"inspection": "A", "bears_on": "offenders.orders"})
    graded = peelrules.population(pl.DataFrame(rows, schema=table_of({}).schema), rulebook, on_fault="collect")
    assert set(graded.faults["inspection"]) == {"A", "C", "E"}
    assert set(graded.statuses["inspection"]) == {"B", "D"}


@pytest.mark.parametrize(("faulty", "more"), [(5, []), (6, ["1 more faulty row"]), (2000, ["1,995 more faulty rows"])])
def test_of_an_inspection_with_many_faults_it_is_told_how_many_more_there_are(faulty, more):
    table = pl.concat([pl.DataFrame([SOUND | {"strand": "x"}], schema=table_of({}).schema)] * faulty)
    told = collected(table.with_columns(id=pl.format("F{}", pl.int_range(pl.len())))).faults
    assert told["inspection"].to_list() == ["X"] * (5 + len(more))
    assert told["id"].to_list() == [f"F{number}" for number in range(5)] + [None] * len(more)
    assert told["fault"].to_list()[5:] == more


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("name", [None, "", " "])
def test_rows_that_may_belong_to_any_inspection_refuse_the_table_even_where_faults_are_told(kind, name):
    table = pl.DataFrame([SOUND, SOUND | {"inspection": name}], schema=table_of({}).schema)
    with pytest.raises(ValueError, match=r"^there are rows that may belong to any inspection: the name .* is missing"):
        collected(kind(table))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_lets_nothing_be_graded_is_refused_even_where_faults_are_told(kind):
    with pytest.raises(ValueError, match="the table has no column strand"):
        collected(kind(one_row(SOUND).drop("strand")))
    ranks = pl.DataFrame([SOUND | {"state": 2.0}], schema={**table_of({}).schema, "state": pl.Float64})
    with pytest.raises(ValueError, match="the column state should hold text"):
        collected(kind(ranks))


def test_what_to_do_about_faults_is_one_of_two_words():
    with pytest.raises(peelrules.ArgumentError, match=r"^on_fault is one of raise, collect, and not 'ignore'$"):
        peelrules.population(one_row(SOUND), bundled(), on_fault="ignore")


def test_what_is_no_table_is_refused():
    for given_ in ([SOUND], None, "findings.parquet"):
        with pytest.raises(TypeError, match=r"^findings are a Polars, pandas, PyArrow, DuckDB or PySpark table"):
            peelrules.population(given_, bundled())


# -- tables -------------------------------------------------------------------------------------------


@given(findings())
def test_a_row_holds_everything_that_grading_looks_at(drawn):
    table = frame_of([evidence_of(drawn)], ["X"])
    assert list(table.columns) == list(COLUMNS)
    coded = Finding.model_validate(coding_in(table.row(0, named=True)))
    untold = ("finding", "recommendation", "method", "source", "note")
    assert {n: getattr(coded, n) for n in Finding.model_fields if n not in untold} == {
        n: getattr(drawn, n) for n in Finding.model_fields if n not in untold
    }


def test_no_characteristic_has_what_stands_between_characteristics(rulebook):
    assert not [name for name in rulebook.framework.characteristics if BETWEEN.strip() in name or " " in name]


def test_the_frame_of_evidence_is_named_after_force_and_inspection(lancashire):
    assert set(lancashire.to_frame()["inspection"]) == {"Lancashire Constabulary, PEEL 2021/22"}
