"""The nouns: ordered scales, framework, evidence, rules, assessment. Frozen, and without I/O."""
