"""Fuzzing of every loader: whatever the input, a value or problems that are placed, soon and in little memory."""
