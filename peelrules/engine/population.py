"""Many inspections at once: the four stages over one long table of findings.

The rules are lowered to dataframe expressions, and narwhals runs them where the table lives: Polars,
DuckDB, PySpark or pandas. Between the stages there is only counting, as in `profiles`. Tests hold the
result to that of `grade`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import narwhals as nw
from narwhals.typing import IntoFrameT

from peelrules.engine.codings import Frame, bearings, coded, refuse_faults, table_of
from peelrules.engine.lowering import (
    Numbers,
    highest_floor,
    lowest_ceiling,
    numbers_of,
    raised,
    small,
    steps_of,
    word_of,
)
from peelrules.model.facts import Stage
from peelrules.model.framework import Framework, Reporting, Role
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, Seriousness, State, Status

_FLAGS = {Concern.AREA_FOR_IMPROVEMENT: "area_for_improvement", Concern.CAUSE_OF_CONCERN: "cause_of_concern"}
_GRAVITIES = [gravity for gravity in Gravity if gravity is not Gravity.NONE]


F = TypeVar("F")


class GradedFrames(NamedTuple, Generic[F]):
    """What the rules conclude from a table of findings, as three frames of the kind that the table was.

    Their rows come in no particular order.
    """

    judgments: F
    """One row for each inspection and core question: `inspection`, `core_question`, `grade` (null where there is
    none), `ceiling`, `worst` and `best` (the range), `assessed` and `characteristics` (the coverage),
    `areas_for_improvement` and `causes_of_concern` (how many), `not_graded` (why)."""
    statuses: F
    """One row for each characteristic that is assessed: `inspection`, `core_question`, `characteristic`, `status`,
    `concern`, `gravity`, `strengths` (how many). A characteristic without a row is not assessed."""
    flags: F
    """One row for each flag: `inspection`, `core_question`, `flag` (`area_for_improvement`, `cause_of_concern`,
    `innovative_practice` or `not_enough_evidence`), `characteristic`, and the `finding` that shows a practice."""


def grade_frame(findings: IntoFrameT, rulebook: Rulebook) -> GradedFrames[IntoFrameT]:
    """Grade many inspections at once, from a long table with one row a finding. Every grade is indicative.

    Equal to `grade` of each inspection. The table is looked over first, which for lazy frames is a run of its own;
    nothing else is computed before a lazy result is asked for.

    Args:
        findings: a Polars, pandas, DuckDB or PySpark frame with the columns that `peelrules.model.table` documents.

    Raises:
        ValueError: the table lacks a column, or rows of it are no sound findings in the words of the rulebook.
    """
    given: nw.DataFrame[Any] | Frame = nw.from_native(findings)
    is_eager = isinstance(given, nw.DataFrame)
    table = table_of(given.lazy())
    known = bearings(table)
    refuse_faults(table, rulebook.framework, known)
    graded = grade_sound(table, known, rulebook, keep=is_eager)
    return GradedFrames(*((frame.collect() if is_eager else frame).to_native() for frame in graded))


def grade_sound(
    table: Frame, known: Mapping[str, tuple[str, ...]], rulebook: Rulebook, *, keep: bool
) -> GradedFrames[Frame]:
    """Grade a table that is known to be sound.

    Args:
        known: what `bearings` finds in the table.
        keep: compute what several results rest on once and keep it, instead of leaving everything lazy.
    """
    framework, numbers = rulebook.framework, numbers_of(rulebook.framework)
    rules = rulebook.of_stage
    weighed = _kept(_weighed(table, known, rules, numbers), keep)
    standings = _kept(_standings(weighed, known, rules, framework, numbers), keep)
    judged = _kept(_judged(standings, table, rules, framework, numbers), keep)
    return GradedFrames(
        judgments=_judgments(judged, framework),
        statuses=_statuses(standings, framework),
        flags=_flags(weighed, standings, judged, framework),
    )


def _kept(frame: Frame, keep: bool) -> Frame:
    return frame.collect().lazy() if keep else frame


# -- stages 1 and 2: findings ---------------------------------------------------------------------


def _weighed(table: Frame, known: Mapping[str, tuple[str, ...]], rules: Mapping[Stage, Any], numbers: Numbers) -> Frame:
    """Each finding with the direction, extent and gravity that it comes to."""
    first = {text: ids[0] for text, ids in known.items()}
    samples, findings = rules[Stage.SAMPLE], rules[Stage.FINDING]
    has_sample = nw.col("has_sample")
    return (
        coded(table)
        .with_columns(characteristic=_numbered("bears_on", first, numbers.names["characteristic"]), **_failing())
        .with_columns(
            is_context=_is(nw.col("direction_rank"), Direction.NEITHER).fill_null(value=False),
            is_open=_is(nw.col("state_rank"), State.OPEN).fill_null(value=False),
            direction=nw.when(has_sample)
            .then(highest_floor(samples, "direction", Direction, numbers))
            .otherwise(nw.col("direction_rank")),
            extent=nw.when(has_sample)
            .then(highest_floor(samples, "extent", Extent, numbers))
            .otherwise(nw.col("extent_rank").fill_null(Extent.lowest().rank)),
            seriousness=nw.col("seriousness_rank").fill_null(Seriousness.lowest().rank),
            state=nw.col("state_rank").fill_null(State.lowest().rank),
        )
        .with_columns(
            gravity=highest_floor(findings, "gravity", Gravity, numbers),
            innovative_practice=raised(findings, "innovative_practice", numbers),
        )
        .select(*_WEIGHED)
    )


_WEIGHED = (
    "inspection",
    "id",
    "bears_on",
    "strand",
    "characteristic",
    "is_context",
    "is_open",
    "direction",
    "exceptional",
    "gravity",
    "innovative_practice",
)


def _failing() -> dict[str, nw.Expr]:
    """The share of a sample that falls short, rounded as by `Sample.failing`; none where there is no sample."""
    met, of, share = (nw.col(f"sample_{name}") for name in ("met", "of", "share"))
    billionths = ((1 - share.fill_null(1.0)) * 1e9 + 0.5).floor()
    is_counted = ~met.is_null()
    short = of.fill_null(0.0) - met.fill_null(0.0)
    return {
        "failing_part": nw.when(is_counted).then(short).otherwise(billionths).cast(nw.Int64),
        "failing_whole": nw.when(is_counted).then(of).otherwise(nw.lit(1e9)).fill_null(1e9).cast(nw.Int64),
    }


# -- stage 3: characteristics ---------------------------------------------------------------------


def _standings(
    weighed: Frame,
    known: Mapping[str, tuple[str, ...]],
    rules: Mapping[Stage, Any],
    framework: Framework,
    numbers: Numbers,
) -> Frame:
    """Each characteristic with evidence, by inspection: its facts, status and concern."""
    strands = {name: f"strand_{number}" for number, name in enumerate(framework.strands)}
    said = weighed.filter(~nw.col("is_context")).select(
        "inspection",
        "bears_on",
        "characteristic",
        "gravity",
        strength=_is(nw.col("direction"), Direction.STRENGTH).cast(nw.Int32),
        exceptional=(nw.col("exceptional") & _is(nw.col("direction"), Direction.STRENGTH)).cast(nw.Int32),
        **{
            column: nw.when((nw.col("strand") == name) & nw.col("is_open")).then(nw.col("gravity")).otherwise(small(0))
            for name, column in strands.items()
        },
    )
    bearing = nw.concat(list(_bearing(said, known, list(strands.values()), numbers)))
    counted = bearing.group_by("inspection", "characteristic").agg(
        nw.col("strength").sum().alias("strengths"),
        nw.col("exceptional").sum(),
        *(nw.col(name).max() for name in ("gravity", "primary_gravity", *strands.values())),
    )
    facts = counted.with_columns(
        **{
            f"strands_{gravity}": nw.sum_horizontal(
                *((nw.col(column) >= gravity.rank).cast(nw.Int16) for column in strands.values())
            )
            for gravity in _GRAVITIES
        }
    )
    of_stage = rules[Stage.CHARACTERISTIC]
    question = [numbers.names["core_question"][framework.question_of[c].id] for c in framework.characteristics]
    return facts.select(
        "inspection",
        "characteristic",
        "gravity",
        "strengths",
        status=lowest_ceiling(of_stage, "status", Status, numbers),
        concern=highest_floor(of_stage, "concern", Concern, numbers),
        core_question=_replaced("characteristic", range(len(question)), question, nw.lit(-1, dtype=nw.Int16)),
    )


def _bearing(
    said: Frame, known: Mapping[str, tuple[str, ...]], strands: list[str], numbers: Numbers
) -> Iterator[Frame]:
    """Every finding under its first characteristic, then under its second, and so on."""
    first = said.with_columns(primary_gravity=nw.col("gravity"))
    columns = ["inspection", "characteristic", "gravity", "strength", "exceptional", "primary_gravity", *strands]
    yield first.select(*columns)
    for place in range(1, max(map(len, known.values()), default=1)):
        here = {text: ids[place] for text, ids in known.items() if len(ids) > place}
        yield (
            said.filter(nw.col("bears_on").is_in(list(here)))
            .with_columns(
                characteristic=_numbered("bears_on", here, numbers.names["characteristic"]),
                primary_gravity=small(0),
                exceptional=nw.lit(0, dtype=nw.Int32),  # counted only where the finding belongs first of all
                **{column: small(0) for column in strands},
            )
            .select(*columns)
        )


# -- stage 4: core questions ----------------------------------------------------------------------


def _judged(
    standings: Frame, table: Frame, rules: Mapping[Stage, Any], framework: Framework, numbers: Numbers
) -> Frame:
    """Every question of every inspection: its counts, its ceiling, and the ceilings that end the range."""
    of_stage = rules[Stage.CORE_QUESTION]
    judged = _questions(table, framework, numbers).join(
        _counted(standings, framework, numbers), on=["inspection", "core_question"], how="left"
    )
    judged = judged.with_columns(nw.col(name).fill_null(0) for name in _COUNTS)
    # the facts are told anew for each ceiling, the ones as they are last, for the flags look at them
    for ceiling, missing_as in (("worst", Status.lowest()), ("best", Status.highest()), ("ceiling", None)):
        judged = judged.with_columns(**_facts(framework, missing_as)).with_columns(
            lowest_ceiling(of_stage, "grade", Grade, numbers).alias(ceiling)
        )
    is_judged = nw.col("is_graded") & (nw.col("assessed") > 0)
    return judged.with_columns(
        *(nw.when(is_judged).then(nw.col(name)).alias(name) for name in ("worst", "best", "ceiling")),
        not_enough_evidence=is_judged & raised(of_stage, "not_enough_evidence", numbers),
    )


_COUNTS = (
    "assessed",
    "credit",
    "service",
    "failing",
    "exceeding",
    "causes_of_concern",
    "areas_for_improvement",
)


def _counted(standings: Frame, framework: Framework, numbers: Numbers) -> Frame:
    """What is counted of the assessed characteristics of each question; credit in steps of the least credit."""
    status, concern = nw.col("status"), nw.col("concern")
    number = numbers.names["characteristic"]
    service = [number[c.id] for c in framework.characteristics.values() if c.role is Role.SERVICE]
    is_service = nw.col("characteristic").is_in(service)
    counts = {
        "credit": steps_of(
            "status", {s: int(credit / framework.credit_step) for s, credit in framework.exact_credit.items()}
        ),
        "service": is_service.cast(nw.Int32),
        "failing": (is_service & _is(status, Status.NOT_DEMONSTRATED)).cast(nw.Int32),
        "exceeding": _is(status, Status.EXCEEDED).cast(nw.Int32),
        "causes_of_concern": _is(concern, Concern.CAUSE_OF_CONCERN).cast(nw.Int32),
        "areas_for_improvement": _is(concern, Concern.AREA_FOR_IMPROVEMENT).cast(nw.Int32),
    }
    each = standings.select("inspection", "core_question", **counts)
    sums = (nw.col(name).sum() for name in _COUNTS if name != "assessed")
    return each.group_by("inspection", "core_question").agg(nw.len().alias("assessed"), *sums)


def _questions(table: Frame, framework: Framework, numbers: Numbers) -> Frame:
    """Every question for every inspection, with what the framework says of it."""
    one_row = table.select("inspection").head(1)
    questions = nw.concat(
        [
            one_row.select(
                core_question=nw.lit(numbers.names["core_question"][question.id], dtype=nw.Int16),
                characteristics=nw.lit(len(question.characteristics), dtype=nw.Int32),
                all_service=nw.lit(sum(c.role is Role.SERVICE for c in question.characteristics), dtype=nw.Int32),
                is_graded=nw.lit(question.reporting is Reporting.GRADED),
            )
            for question in framework.core_questions
        ]
    )
    return table.select("inspection").unique().join(questions, how="cross")


def _facts(framework: Framework, missing_as: Status | None) -> dict[str, nw.Expr]:
    """The facts of a question, as it is or if every characteristic not assessed turned out so."""
    # credit is counted in steps that may be as small as 1e-9
    counts = {name: nw.col(name).cast(nw.Int64) for name in (*_COUNTS, "characteristics", "all_service")}
    assessed, service, failing = counts["assessed"], counts["service"], counts["failing"]
    credit, exceeding = counts["credit"], counts["exceeding"]
    if missing_as is not None:
        missing = counts["characteristics"] - assessed
        credit = credit + missing * int(framework.exact_credit[missing_as] / framework.credit_step)
        failing = failing + (counts["all_service"] - service) * int(missing_as is Status.NOT_DEMONSTRATED)
        exceeding = exceeding + missing * int(missing_as is Status.EXCEEDED)
        assessed, service = counts["characteristics"], counts["all_service"]
    return {
        **_share("coverage", assessed, counts["characteristics"]),
        **_share("demonstrated", credit, assessed),  # of none is asked only where there is no grade
        **_share("not_demonstrated_service", failing, service),
        **_share("exceeded", exceeding, counts["characteristics"]),
    }


def _share(name: str, part: nw.Expr, whole: nw.Expr) -> dict[str, nw.Expr]:
    """The two columns of a share; of nothing it is 0."""
    return {f"{name}_part": part, f"{name}_whole": nw.when(whole > 0).then(whole).otherwise(1)}


# -- results --------------------------------------------------------------------------------------


def _judgments(judged: Frame, framework: Framework) -> Frame:
    names = [question.id for question in framework.core_questions]
    why_not = (
        nw.when(~nw.col("is_graded"))
        .then(_named("core_question", [question.reporting.value for question in framework.core_questions]))
        .when(nw.col("assessed") == 0)
        .then(nw.lit("no evidence"))
        .when(nw.col("not_enough_evidence"))
        .then(nw.lit("not enough evidence"))
    )
    told = judged.with_columns(
        grade=nw.when(~nw.col("not_enough_evidence")).then(nw.col("ceiling")),
        not_graded=why_not,
    )
    return told.select(
        "inspection",
        _named("core_question", names).alias("core_question"),
        *(word_of(name, Grade) for name in ("grade", "ceiling", "worst", "best")),
        "assessed",
        "characteristics",
        "areas_for_improvement",
        "causes_of_concern",
        "not_graded",
    )


def _statuses(standings: Frame, framework: Framework) -> Frame:
    return standings.select(
        "inspection",
        _named("core_question", [question.id for question in framework.core_questions]).alias("core_question"),
        _named("characteristic", list(framework.characteristics)).alias("characteristic"),
        word_of("status", Status),
        word_of("concern", Concern),
        word_of("gravity", Gravity),
        "strengths",
    )


def _flags(weighed: Frame, standings: Frame, judged: Frame, framework: Framework) -> Frame:
    questions = [question.id for question in framework.core_questions]
    characteristics = list(framework.characteristics)
    nothing = nw.lit(None, dtype=nw.String)
    of_first = [framework.question_of[name].id for name in characteristics]
    concerns = [
        standings.filter(_is(nw.col("concern"), concern)).select(
            "inspection",
            _named("core_question", questions).alias("core_question"),
            flag=nw.lit(flag),
            characteristic=_named("characteristic", characteristics),
            finding=nothing,
        )
        for concern, flag in _FLAGS.items()
    ]
    practice = weighed.filter(nw.col("innovative_practice")).select(
        "inspection",
        core_question=_named("characteristic", of_first),
        flag=nw.lit("innovative_practice"),
        characteristic=_named("characteristic", characteristics),
        finding=nw.col("id").cast(nw.String),
    )
    too_little = judged.filter(nw.col("not_enough_evidence")).select(
        "inspection",
        _named("core_question", questions).alias("core_question"),
        flag=nw.lit("not_enough_evidence"),
        characteristic=nothing,
        finding=nothing,
    )
    return nw.concat([*concerns, practice, too_little])


# -- numbers and names ----------------------------------------------------------------------------


def _is(rank: nw.Expr, level: Scale) -> nw.Expr:
    return rank == level.rank


def _numbered(column: str, meant: Mapping[str, str], numbers: Mapping[str, int]) -> nw.Expr:
    """The number of the name that each text of a column means."""
    return _replaced(column, list(meant), [numbers[name] for name in meant.values()], nw.lit(-1, dtype=nw.Int16))


def _named(column: str, names: Sequence[str]) -> nw.Expr:
    """The names at the places that the numbers of a column tell."""
    return _replaced(column, range(len(names)), names, nw.lit(""))


def _replaced(column: str, old: Sequence[Any], new: Sequence[Any], otherwise: nw.Expr) -> nw.Expr:
    """The values that stand for those of a column; *otherwise* is never needed in a sound table."""
    if not old:  # PySpark knows no empty table of values
        return otherwise
    kind = nw.String if isinstance(new[0], str) else nw.Int16
    return nw.col(column).replace_strict(old, new, default=otherwise, return_dtype=kind)
