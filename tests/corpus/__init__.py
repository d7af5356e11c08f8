"""Lines that people type, with what they mean by them: the yardstick for reading, written apart from its rules."""
