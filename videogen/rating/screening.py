"""Whom the panel leaves out: rules that a campaign registers before its first run."""

SCREENING_VERSION = 1  # what a new campaign registers
