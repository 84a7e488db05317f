"""What follows from an assessment: why, why not, what would have to change, and how two compare."""
