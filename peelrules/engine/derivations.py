"""What was concluded, by which rules and from what, as flat records."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from peelrules.engine.matching import Match
from peelrules.engine.profiles import Grounds
from peelrules.engine.stages import StageRun, Stages
from peelrules.model.assessment import Derivation, Firing, Premise, RuleUse
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Condition
from peelrules.model.scales import Grade, Scale

RAISED = "raised"


def derivations(stages: Stages) -> Iterator[Derivation]:
    """Every conclusion of a run, in the order of stages."""
    for finding in stages.samples.profiles:
        reading = stages.readings[finding]
        yield _derivation(finding, "direction", reading.direction, stages.samples)
        yield _derivation(finding, "extent", reading.extent, stages.samples)
    for finding, gravity in stages.gravities.items():
        yield _derivation(finding, "gravity", gravity, stages.weighed)
        if stages.weighed.raises(finding, "innovative_practice"):
            yield _derivation(finding, "innovative_practice", None, stages.weighed)
    for characteristic, standing in stages.standings.items():
        if standing.status is not None:
            yield _derivation(characteristic, "status", standing.status, stages.characterised)
            yield _derivation(characteristic, "concern", standing.concern, stages.characterised)
    for question in stages.judged.profiles:
        yield _derivation(question, "grade", stages.judged.ceiling(question, "grade", Grade), stages.judged)
        if stages.judged.raises(question, "not_enough_evidence"):
            yield _derivation(question, "not_enough_evidence", None, stages.judged)


def premises(match: Match, stage: StageRun, alternative: int = 0) -> tuple[Premise, ...]:
    """The conditions by virtue of which a rule applies, with what their values rest on."""
    profile = stage.profiles[match.subject]
    return tuple(
        _premise(
            condition,
            getattr(profile.fact, condition.field),
            profile.grounds.get(condition.field) or Grounds(condition.field, [match.subject]),
        )
        for condition in match.alternatives[alternative]
    )


def rule_uses(stages: Stages, rulebook: Rulebook) -> Iterator[RuleUse]:
    """Every rule of the rulebook, and to how many facts it applied."""
    runs = {run.stage: run for run in (stages.samples, stages.weighed, stages.characterised, stages.judged)}
    applied = Counter(match.rule.id for run in runs.values() for ms in run.matches.values() for match in ms)
    for rule in rulebook.rules:
        yield RuleUse(
            rule=rule.id,
            stage=rule.stage,
            title=rule.title,
            concludes=str(rule.conclusion),
            source=f"{rulebook.framework.sources[rule.source.document].title}: {rule.source.clause}",
            basis=rule.basis,
            place=rulebook.places.get(rule.id, ""),
            looked_at=len(runs[rule.stage].profiles),
            applied=applied[rule.id],
        )


def _derivation(subject: str, outcome: str, level: Scale | None, stage: StageRun) -> Derivation:
    return Derivation(
        stage=stage.stage,
        subject=subject,
        outcome=outcome,
        value=RAISED if level is None else str(level),
        firings=tuple(
            Firing(
                rule=match.rule.id,
                bound=conclusion.bound,
                level=None if conclusion.level is None else str(conclusion.level),
                decides=conclusion.level is level,
                premises=premises(match, stage),
                besides=tuple(premises(match, stage, further) for further in range(1, len(match.alternatives))),
            )
            for match in stage.matches[subject]
            if (conclusion := match.rule.conclusion).outcome == outcome
        ),
    )


def _premise(condition: Condition, value: object, grounds: Grounds) -> Premise:
    return Premise(
        field=condition.field,
        value=_plain(value),
        comparator=condition.comparator.value,
        bound=_plain(condition.bound),
        condition=condition.test,
        part=None if grounds.part is None else float(grounds.part),
        whole=grounds.whole,
        step=None if grounds.part is None else float(grounds.step),
        what=grounds.what,
        subjects=tuple(grounds.subjects),
        found=grounds.found,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(str(each) for each in value)
    return str(value) if isinstance(value, Scale) else value
