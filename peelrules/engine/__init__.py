"""The verbs: one for each stage, from evidence to an assessment. Knows no files."""
