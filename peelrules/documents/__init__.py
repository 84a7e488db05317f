"""Documents in and out: YAML with positions, and the faults in it. Knows no engine."""
