"""The words of peelrules: frozen records without input and output.

The dozen words to know, in the order in which a grade comes about:

- **Evidence**: the *findings* of one inspection. A finding is one thing that the inspectors found; it is a strength, a
  shortfall or context, or it carries a *sample*, such as 21 of 35 cases, from which rules tell which.
- **Framework**: *core questions*, each with its *characteristics* of good performance. A finding *bears on*
  characteristics; the first that it names is its *primary* one.
- **Strand**: a line of evidence, such as an audit of cases. Two strands that report the same corroborate each other.
- **Fact**: what rules read at one *stage*: of a sample, a finding, a characteristic, a core question.
- **Field**: one entry of a fact, such as *seriousness*. Every field has a direction in which it grows worse.
- **Count**: a field of a characteristic or a core question that is counted, as the rulebook declares it.
- **Condition**: a field, a comparator and a *bound*, such as `demonstrated: {below: 0.75}`.
- **Rule**: conditions and one conclusion: a *ceiling* on an outcome, a *floor* under it, or a *flag*.
- **Outcome**: what rules conclude: direction and extent of a sample; the *gravity* of a finding; the *status* of a
  characteristic and the *concern* that it raises; the *grade* of a core question. It comes to rest at the lowest
  ceiling or the highest floor.
- **Level**: a value of an ordered scale, such as *good*.
- **Rulebook**: a framework, what is counted, and the rules.
- **Assessment**: all that a rulebook concludes from evidence. Its *judgments* are the grades; its *derivations* say by
  which rules each outcome came about and on what these rest. Always indicative.
"""
