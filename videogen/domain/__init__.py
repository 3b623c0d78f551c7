"""Frozen records and their invariants; imports nothing but the standard library and errors."""
