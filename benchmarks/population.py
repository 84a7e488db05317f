"""How fast many inspections are graded, one by one and all at once, and how that compares with other rule engines.

Run with `python benchmarks/population.py`, or with `--help` to see how to make it smaller. The answers are compared,
too: it stops where two ways to the same answer differ.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl
from backends import BACKENDS, unavailable
from measuring import Measured, Task, load, machine, measured
from national import FINDINGS, bodies_of_evidence, national, write
from other_engines import in_clips, in_peelrules, in_zen
from rich.box import MARKDOWN
from rich.console import Console
from rich.table import Table

import peelrules
from peelrules.engine.durable import durable
from peelrules.engine.matching import Matcher, plain
from peelrules.engine.stages import run
from peelrules.insight.population import graded_batches
from peelrules.model.facts import Stage

LANCASHIRE = Path(__file__).parents[1] / "evidence" / "lancashire.yaml"
ENGINES = {
    "durable_rules": lambda rulebook: in_peelrules(rulebook, durable),
    "plain matcher": lambda rulebook: in_peelrules(rulebook, plain),
    "CLIPS (clipspy)": lambda rulebook: in_clips(rulebook.rules),
    "ZEN (zen-engine)": lambda rulebook: in_zen(rulebook.rules),
}
LIBRARIES = ("polars", "duckdb", "pandas", "pyspark", "pydantic", "durable_rules", "clipspy", "zen-engine")
COLUMNS = (
    "inspections",
    "runs",
    "best s",
    "median s",
    "CPU s",
    "inspections/s",
    "findings/s",
    "µs a finding",
    "peak GB",
    "times as fast",
)


class Row(NamedTuple):
    """One line of the table."""

    what: str
    inspections: int
    seen: Measured

    @property
    def cost(self) -> float:
        """Seconds for a finding, at best: the least that others on the machine disturbed."""
        return self.seen.best / (self.inspections * FINDINGS)


# -- what is measured -----------------------------------------------------------------------------


def one_by_one(table: Path, inspections: int, matcher: Matcher) -> Task:
    rulebook, evidence = _documents()
    bodies = bodies_of_evidence(BACKENDS["polars"].load(table, inspections), evidence)

    def grade():  # and let go of everything else, as one who grades many would
        for inspection, body in enumerate(bodies):
            for judgment in peelrules.grade(body, rulebook, matcher).judgments:
                yield (inspection, judgment.core_question), None if judgment.grade is None else str(judgment.grade)

    return Task(lambda: dict(grade()), lambda grades: grades)


def all_at_once(table: Path, inspections: int, backend: str, compared: int) -> Task:
    load_table, work_out, rows_of = BACKENDS[backend]
    rulebook, _ = _documents()
    findings = load_table(table, inspections)

    def grade():
        graded = peelrules.population(findings, rulebook)
        for frame in graded:
            work_out(frame)
        return graded

    def answer(graded):
        return _grades(rows_of(graded.judgments), compared)

    return Task(grade, answer)


def streamed(table: Path, compared: int) -> Task:
    """Read the file batch by batch and grade it, as the command does."""
    rulebook, _ = _documents()

    def grade():
        grades = {}
        for batch in graded_batches([table], rulebook):
            grades |= _grades(batch.frames.judgments, compared)
        return grades

    return Task(grade, lambda grades: grades)


def _grades(judgments, below):
    """The grades of the first inspections, by inspection and core question."""
    first = judgments.filter(pl.col("inspection").cast(pl.Int64) < below)
    return {
        (int(name), question): grade
        for name, question, grade in first.select("inspection", "core_question", "grade").rows()
    }


def gravities(table: Path, inspections: int, engine: str) -> Task:
    rulebook, evidence = _documents()
    rules = tuple(rule for rule in rulebook.of_stage[Stage.FINDING] if rule.conclusion.outcome == "gravity")
    bodies = bodies_of_evidence(BACKENDS["polars"].load(table, inspections), evidence)
    weighed = [run(body.findings, rulebook, plain).weighed for body in bodies]
    facts = [profile.fact for stage in weighed for profile in stage.profiles.values()]
    gravity = ENGINES[engine](rulebook.model_copy(update={"rules": rules}))
    return Task(lambda: [gravity(fact) for fact in facts], lambda levels: [str(level) for level in levels])


def firmness(draws: int) -> Task:
    rulebook, evidence = _documents()
    return Task(lambda: peelrules.sensitivity(evidence, rulebook, draws=draws), str)


def _documents():
    rulebook = peelrules.load_rulebook()
    return rulebook, peelrules.load_evidence(LANCASHIRE, rulebook)


# -- the table ------------------------------------------------------------------------------------


def whole_gradings(table: Path, wanted: argparse.Namespace, left_out: dict[str, str]) -> Iterator[Row]:
    first = wanted.one_by_one
    truth = None
    for name, matcher in (("durable_rules", durable), ("plain matcher", plain)):
        seen = measured(one_by_one, table, first, matcher, repeats=wanted.repeats)
        truth = truth or seen.answer
        assert seen.answer == truth, f"the {name} grades otherwise"
        yield Row(f"grade, {name}", first, seen)
    for backend in wanted.backends:
        each = 0.0
        for inspections in sorted(wanted.inspections):
            if each * inspections > wanted.patience:
                left_out[f"{backend}, {inspections:,} inspections"] = f"a run might take {each * inspections:,.0f} s"
                continue
            seen = measured(all_at_once, table, inspections, backend, first, repeats=wanted.repeats)
            assert seen.answer == _below(truth, inspections), f"{backend} grades otherwise"
            yield Row(f"population, {backend}", inspections, seen)
            each = seen.best / inspections
    if wanted.streamed:
        file = table.with_name("streamed.parquet")
        write(national(_documents()[1], wanted.streamed), file)
        seen = measured(streamed, file, first, repeats=wanted.repeats)
        assert seen.answer == _below(truth, wanted.streamed), "grades in a stream are others"
        yield Row("Parquet in a stream", wanted.streamed, seen)


def _below(grades, inspections):
    return {(inspection, q): grade for (inspection, q), grade in grades.items() if inspection < inspections}


def other_engines(table: Path, wanted: argparse.Namespace) -> Iterator[Row]:
    truth = None
    for name in ENGINES:
        seen = measured(gravities, table, wanted.gravities, name, repeats=wanted.repeats)
        truth = truth or seen.answer
        assert seen.answer == truth, f"{name} comes to other gravities"
        yield Row(f"gravity alone, {name}", wanted.gravities, seen)


def cells(row: Row, one: float) -> Iterator[str]:
    yield row.what
    yield f"{row.inspections:,}"
    yield f"{len(row.seen.seconds)}"
    yield f"{row.seen.best:.3g}"
    yield f"{row.seen.median:.3g}"
    yield "" if row.seen.busy is None else f"{row.seen.busy:.3g}"
    yield f"{row.inspections / row.seen.best:,.0f}"
    yield f"{1 / row.cost:,.0f}"
    yield f"{1e6 * row.cost:.3g}"
    yield "" if row.seen.peak is None else f"{row.seen.peak:.2f}"
    yield f"{one / row.cost:.3g}"


def tabulated(rows: list[Row]) -> Table:
    table = Table(box=MARKDOWN)
    table.add_column("")
    for name in COLUMNS:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*cells(row, rows[0].cost))
    return table


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    several = {"nargs": "+", "metavar": "N"}
    parser.add_argument("--inspections", type=int, default=[1_000, 10_000, 100_000], help="graded at once", **several)
    parser.add_argument("--backends", default=list(BACKENDS), choices=BACKENDS, nargs="+")
    parser.add_argument(
        "--streamed", type=int, default=1_000_000, help="read in batches and graded; none leaves it out", metavar="N"
    )
    parser.add_argument("--one-by-one", type=int, default=300, help="inspections", metavar="N")
    parser.add_argument("--gravities", type=int, default=100, help="inspections", metavar="N")
    parser.add_argument("--draws", type=int, default=10_000, help="of sensitivity; none leaves it out", metavar="N")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    parser.add_argument(
        "--patience", type=int, default=300, help="seconds that a run may be thought to take", metavar="S"
    )
    return parser.parse_args()


def main() -> None:
    wanted = options()
    left_out = {name: why for name, why in unavailable().items() if name in wanted.backends}
    wanted.backends = [name for name in wanted.backends if name not in left_out]
    console = Console(width=200, highlight=False, soft_wrap=True)
    console.print(machine(*LIBRARIES))
    console.print(f"Load before: {load()}")
    with TemporaryDirectory() as folder:
        table = Path(folder) / "national.parquet"
        most = max(*wanted.inspections, wanted.one_by_one, wanted.gravities)
        write(national(_documents()[1], most), table)
        rows = []
        for row in chain(whole_gradings(table, wanted, left_out), other_engines(table, wanted)):
            print(f"{row.what}, {row.inspections:,}: {row.seen.best:.3g} s", file=sys.stderr)
            rows.append(row)
        firm = measured(firmness, wanted.draws, repeats=wanted.repeats) if wanted.draws else None
    console.print(f"Load after: {load()}")
    console.print(tabulated(rows))
    if firm:
        took = f"best {firm.best:.2f} s, median {firm.median:.2f} s"
        console.print(f"Sensitivity of Lancashire, {wanted.draws:,} draws, {len(firm.seconds)} runs: {took}.")
    console.print(
        "Times as fast: at best, for each finding, beside `grade` on durable_rules; gravity is a part of that."
    )
    for name, why in left_out.items():
        console.print(f"Left out: {name} ({why}).")


if __name__ == "__main__":
    main()
