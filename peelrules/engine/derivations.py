"""What was concluded, by which rules and from what, as flat records."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from peelrules.engine.counting import Grounds, grounds, sample_grounds
from peelrules.engine.matching import Match
from peelrules.engine.stages import Run, StageRun
from peelrules.model.assessment import Derivation, Firing, Premise, RuleUse
from peelrules.model.conditions import Condition
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import OUTCOMES
from peelrules.model.scales import Scale

RAISED = "raised"


class Reasoning:
    """Why each outcome of a run is what it is. Premises are made once, wherever they are told."""

    def __init__(self, run: Run, rulebook: Rulebook) -> None:
        self._run = run
        self._rulebook = rulebook
        self._made: dict[tuple[Stage, str, Condition], Premise] = {}

    def derivations(self) -> Iterator[Derivation]:
        """Every conclusion, in the order of stages. A flag that is not raised is none."""
        for stage in self._run.stages.values():
            for subject, said in stage.said.items():
                for outcome in OUTCOMES[stage.stage]:
                    if said.concluded[outcome.name] is not False:
                        level = said.concluded[outcome.name] if outcome.scale is not None else None
                        yield self._derivation(subject, outcome.name, level, stage)

    def premises(self, match: Match, subject: str, stage: StageRun, alternative: int = 0) -> tuple[Premise, ...]:
        """The conditions by virtue of which a rule applies, with what their values rest on."""
        return tuple(self._premise(condition, subject, stage) for condition in match.alternatives[alternative])

    def _derivation(self, subject: str, outcome: str, level: Scale | None, stage: StageRun) -> Derivation:
        return Derivation(
            stage=stage.stage,
            subject=subject,
            outcome=outcome,
            value=RAISED if level is None else str(level),
            firings=tuple(
                Firing(
                    rule=match.rule.id,
                    limit=conclusion.limit,
                    level=None if conclusion.level is None else str(conclusion.level),
                    decides=conclusion.level is level,
                    premises=self.premises(match, subject, stage),
                    besides=tuple(
                        self.premises(match, subject, stage, further) for further in range(1, len(match.alternatives))
                    ),
                )
                for match in stage.said[subject].matches
                if (conclusion := match.rule.conclusion).outcome == outcome
            ),
        )

    def _premise(self, condition: Condition, subject: str, stage: StageRun) -> Premise:
        key = (stage.stage, subject, condition)
        if key not in self._made:
            rests_on = self._grounds(condition.field, subject, stage)
            self._made[key] = Premise(
                field=condition.field,
                title=self._rulebook.fields[stage.stage][condition.field].title,
                value=_plain(stage.profiles[subject].fact[condition.field]),
                comparator=condition.comparator.word,
                bound=_plain(condition.bound),
                condition=condition.test,
                part=None if rests_on.part is None else float(rests_on.part),
                whole=rests_on.whole,
                step=None if rests_on.part is None else float(rests_on.step),
                outcome=rests_on.outcome,
                subjects=tuple(rests_on.subjects),
                found=rests_on.found,
            )
        return self._made[key]

    def _grounds(self, field: str, subject: str, stage: StageRun) -> Grounds:
        if stage.stage is Stage.SAMPLE:
            return sample_grounds(field, self._run.findings[subject])
        counted = self._run.characterised.profiles
        return grounds(field, stage.stage, subject, stage.profiles[subject], counted, self._rulebook)


def rule_uses(run: Run, rulebook: Rulebook) -> Iterator[RuleUse]:
    """Every rule of the rulebook, and to how many facts it applied."""
    applied = Counter(m.rule.id for stage in run.stages.values() for said in stage.said.values() for m in said.matches)
    for rule in rulebook.rules:
        yield RuleUse(
            rule=rule.id,
            stage=rule.stage,
            title=rule.title,
            concludes=str(rule.conclusion),
            source=f"{rulebook.framework.sources[rule.source.document].title}: {rule.source.clause}",
            basis=rule.basis,
            place=rulebook.places.get(rule.id, ""),
            looked_at=len(run.stages[rule.stage].profiles),
            applied=applied[rule.id],
        )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(str(each) for each in value)
    return str(value) if isinstance(value, Scale) else value
